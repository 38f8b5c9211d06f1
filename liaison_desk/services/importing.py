"""Importing a file: first a plan that changes nothing, then one batch."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from liaison_desk.domain.errors import FieldUnknown, PlanOutdated
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.organisation import Organisation
from liaison_desk.importers.detection import Format
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.readers import find_reader
from liaison_desk.importers.register import ColumnMatch, describe_columns, fold_heading
from liaison_desk.importers.register_columns import known_targets
from liaison_desk.services.applying import Application
from liaison_desk.services.desk import Desk
from liaison_desk.services.directory import Directory
from liaison_desk.services.import_plan import (
    Choice,
    ImportPlan,
    PlannedRow,
    Progress,
    ProposalShelf,
    hash_source,
)
from liaison_desk.services.markings import marking_levels
from liaison_desk.services.planning import Planner
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.matching import last_import, read_revisions
from liaison_desk.storage.store import change_meta, read_meta

_REGISTERS = frozenset({Format.WORKBOOK, Format.TABLE})
_REMEMBERED = "register_columns"
_STEP = 50
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many rows of a file ended how, and the batch that undo names."""

    new: int
    updated: int
    unchanged: int
    merged: int
    skipped: int
    refused: int
    batch: str
    """``device:sequence``."""


def plan_import(
    desk: Desk,
    source: Source,
    *,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> ImportPlan:
    """Return what an import of this file would do, row by row, changing nothing.

    ``columns`` maps folded headings of a register to targets, before what is remembered. Raises an
    ``ExchangeError`` where the file as a whole cannot be read, FieldUnknown for a target that is none.
    """
    _refuse_unknown_targets(columns or {})
    format_ = find_reader(source).format
    digest = hash_source(source)
    chosen = _columns_of(desk, source, format_) | dict(columns or {})
    with desk.store.read() as connection:
        seen_import = last_import(connection)
    planner = Planner(desk.store, marking_levels(desk), desk.post.ceiling)
    shelf = ProposalShelf(source)
    for place, proposal in enumerate(_read(desk, source, chosen)):
        planner.take(proposal)
        shelf.put(place, proposal)
        if progress is not None and place % _STEP == 0:
            progress(place, 0)
    seen_revisions = planner.finish()
    return ImportPlan(
        source=source,
        format=format_.value,
        sha256=digest,
        rows=planner.rows,
        columns=chosen,
        shelf=shelf,
        seen_revisions=seen_revisions,
        seen_import=seen_import,
    )


def apply_import(
    desk: Desk,
    plan: ImportPlan,
    choices: Mapping[int, Choice] | None = None,
    *,
    progress: Progress | None = None,
) -> ImportOutcome:
    """Carry out a plan as one batch; whatever fails or cancels it leaves nothing behind.

    ``choices`` are by the place of a row and override its default. Raises PlanOutdated where the file, a
    record that would change, or the set of imports is no longer what the plan saw; RecordMissing,
    MergeRefused and InvalidValue for choices that cannot be carried out; DiskFull, StorageFailed.
    """
    if hash_source(plan.source) != plan.sha256:
        raise PlanOutdated(name=plan.source.name)
    levels = marking_levels(desk)
    work: Application | None = None
    try:
        with desk.store.write(Intent("import_file", Operation.IMPORT)) as batch:
            _refuse_outdated(batch, plan)
            work = Application(desk, batch, plan, choices or {}, levels, Directory(batch, desk.new_id))
            _carry_out(desk, plan, work, progress)
            facts = {"format": plan.format, "sha256": plan.sha256, **asdict(work.tally)}
            batch.tell(LineKind.EVENT, "import", "", "", facts)
    except BaseException:
        if work is not None:
            work.abandon()
        raise
    header = work.batch.link.header
    return ImportOutcome(**asdict(work.tally), batch=f"{header.device}:{header.sequence}")


def describe_register(
    desk: Desk, source: Source, columns: Mapping[str, str] | None = None
) -> list[ColumnMatch]:
    """Return what each column of a register would fill, as it is known, was remembered or is said here."""
    format_ = find_reader(source).format
    if format_ not in _REGISTERS:
        return []
    context = _context(desk, _columns_of(desk, source, format_) | dict(columns or {}))
    return describe_columns(source, context, workbook=format_ is Format.WORKBOOK)


def remember_columns(desk: Desk, source: Source, mapping: Mapping[str, str]) -> None:
    """Remember what columns mean in registers with these headings: heading to target, or empty text.

    Raises FieldUnknown for a target that is none, and remembers nothing then.
    """
    _refuse_unknown_targets(mapping)
    format_ = find_reader(source).format
    known = _read_remembered(desk)
    signature = _sign(desk, source, format_, known)
    folded = {fold_heading(heading): target for heading, target in mapping.items()}
    known[signature] = known.get(signature, {}) | folded
    with desk.store.change_housekeeping() as connection:
        change_meta(connection, _REMEMBERED, json.dumps(known, ensure_ascii=False, sort_keys=True))


def _refuse_unknown_targets(columns: Mapping[str, str]) -> None:
    for target in columns.values():
        if target and target not in known_targets():
            record, _, name = target.partition(".")
            near = [known for known in known_targets() if known.startswith(f"{record}.")]
            raise FieldUnknown(record=record, field=name or target, known=near or list(known_targets()))


def _carry_out(desk: Desk, plan: ImportPlan, work: Application, progress: Progress | None) -> None:
    work.prepare()
    places = {row.place for row in plan.rows if not work.is_left_alone(row)}
    total, done = len(plan.rows), len(plan.rows) - len(places)

    def is_organisation(row: PlannedRow) -> bool:
        return row.place in places and row.type_name == Organisation.type_name

    def is_other(row: PlannedRow) -> bool:
        return row.place in places and row.type_name != Organisation.type_name

    def read() -> Iterator[Proposal]:
        return _read(desk, plan.source, plan.columns)

    # Organisations come first, so that people of the same file find them.
    for wanted in (is_organisation, is_other):
        for row, proposal in plan.proposals(wanted, read):
            work.take(row, proposal)
            done += 1
            if progress is not None and done % _STEP == 0:
                progress(done, total)
    work.finish()
    if progress is not None:
        progress(total, total)
    if not plan.shelf.is_whole and hash_source(plan.source) != plan.sha256:
        raise PlanOutdated(name=plan.source.name)


def _refuse_outdated(batch: Batch, plan: ImportPlan) -> None:
    types = {root_id: type_name for root_id, (type_name, _) in plan.seen_revisions.items()}
    seen = {root_id: revision for root_id, (_, revision) in plan.seen_revisions.items()}
    if read_revisions(batch.connection, types) != seen or last_import(batch.connection) != plan.seen_import:
        raise PlanOutdated(name=plan.source.name)


def _read(desk: Desk, source: Source, columns: Mapping[str, str]) -> Iterator[Proposal]:
    return find_reader(source).read(source, _context(desk, columns))


def _context(desk: Desk, columns: Mapping[str, str]) -> ReadingContext:
    return ReadingContext(
        new_id=desk.new_id,
        region=desk.post.region,
        zone=desk.post.zone,
        now=desk.clock.now(),
        columns=dict(columns),
    )


def _columns_of(desk: Desk, source: Source, format_: Format) -> dict[str, str]:
    if format_ not in _REGISTERS:
        return {}
    known = _read_remembered(desk)
    return known.get(_sign(desk, source, format_, known), {}) if known else {}


def _sign(desk: Desk, source: Source, format_: Format, known: Mapping[str, Mapping[str, str]]) -> str:
    """Return the folded headings of a register in order: a register keeps its headings from year to year."""
    everything = {heading: target for mapping in known.values() for heading, target in mapping.items()}
    matches = describe_columns(source, _context(desk, everything), workbook=format_ is Format.WORKBOOK)
    return " | ".join(fold_heading(match.heading) for match in matches)


def _read_remembered(desk: Desk) -> dict[str, dict[str, str]]:
    with desk.store.read() as connection:
        found: dict[str, dict[str, str]] = json.loads(read_meta(connection, _REMEMBERED, "{}"))
    return found
