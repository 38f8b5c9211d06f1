"""Handing out a workbook: planned first, then made, encrypted, checked, journaled and put into the outbox.

A file leaves only after the journal says to whom it went, why, and which records were in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.errors import ExportProfileUnknown, ExportRefused, ExportUnverified, PlanOutdated
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.exports.file_names import name_workbook
from liaison_desk.exports.office_encryption import (
    SPIN_COUNT,
    checked_password,
    decrypt,
    encrypt,
    propose_password,
)
from liaison_desk.exports.workbook import write_workbook
from liaison_desk.exports.workbook_content import Cut, SheetCount, Workbook
from liaison_desk.services.delivering import outgoing_rows
from liaison_desk.services.desk import Desk
from liaison_desk.services.sealing import OUTBOX, drop_sealed, seal_stream
from liaison_desk.services.targets import Goods, choose_targets, one_off_target, open_target
from liaison_desk.services.workbook_ground import Handed, Withheld, lay_ground
from liaison_desk.services.workbook_sheets import SHEETS, Predecessor, compose_workbook
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.blob_rows import add_blob
from liaison_desk.storage.exports import ExportRun, add_export, last_export, next_export_number
from liaison_desk.storage.journal import Head
from liaison_desk.storage.outbox import add_to_outbox
from liaison_desk.storage.report import ReportReader
from liaison_desk.vault.blobs import SealedBlob

_LINES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ExportProfile:
    """What a kind of recipient gets."""

    name: str
    sheets: tuple[str, ...]


PROFILES = (ExportProfile("supervisor", SHEETS), ExportProfile("requests", SHEETS[:1]))
"""The first is the ordinary one."""


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export would hand out and withhold, before anything is made. It holds for this vault, now."""

    profile: ExportProfile
    number: int
    file_name: str
    marking: str
    """The highest marking of what is included; the file carries it."""
    counts: tuple[SheetCount, ...]
    withheld: tuple[Withheld, ...]
    figures: Mapping[str, int]
    head: Head
    """The journal's head that goes into the file: the last batch before this export's own."""
    state: int
    """The last batch that changed a record."""
    handed: tuple[Handed, ...] = field(repr=False)
    content: Workbook = field(repr=False)
    rounds: int = SPIN_COUNT
    """How often the password is hashed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export, waiting in the outbox."""

    number: int
    file_name: str
    password: str = field(repr=False)
    """Told this once; it goes to the recipient by another way than the file."""
    size: int
    sha256: str
    marking: str
    counts: tuple[SheetCount, ...]
    withheld: tuple[Withheld, ...]
    item: str
    """Id in the outbox."""
    targets: tuple[str, ...]
    cuts: tuple[Cut, ...]
    """Texts too long for a cell."""


def plan_export(desk: Desk, profile: str = PROFILES[0].name, *, limit: str = "") -> ExportPlan:
    """Return what an export would contain; nothing is written or journaled.

    ``limit`` is the highest marking to include, the post's ceiling when empty. Raises ExportProfileUnknown,
    InvalidValue for a marking that is not in the list, AboveCeiling.
    """
    chosen = _find_profile(profile)
    now = desk.clock.now()
    head = next(head for head in desk.store.heads() if head.device == desk.store.facts.device)
    with desk.store.read() as connection:
        reader = ReportReader(connection)
        number = next_export_number(connection)
        last = last_export(connection, chosen.name)
        previous = Predecessor(last.number, last.made_at, last.figures) if last else None
        ground = lay_ground(reader, desk.post, now, limit)
        composed = compose_workbook(ground, chosen.sheets, number, previous)
        state = reader.newest_change()
        day = ground.today
    return ExportPlan(
        profile=chosen,
        number=number,
        file_name=name_workbook(desk.post.code, day, number),
        marking=composed.marking,
        counts=composed.counts,
        withheld=composed.withheld,
        figures=composed.figures,
        head=head,
        state=state,
        handed=composed.handed,
        content=composed.content,
    )


def export(
    desk: Desk,
    plan: ExportPlan,
    *,
    recipient: str,
    purpose: str,
    password: str = "",
    targets: Collection[str] | None = None,
    out: Path | None = None,
) -> Exported:
    """Make the planned workbook and let it wait for its targets; ``deliver`` carries it there.

    Without ``targets`` and ``out`` it goes to all targets that take exports; ``out`` is a folder for this
    one file. Without a password one is proposed. Raises ExportRefused (recipient, purpose or a place to go
    missing, no folder at ``out``, unfit password), TargetUnknown, PlanOutdated when the vault changed since
    the plan, ExportUnverified, StorageFailed and its kinds; then nothing is journaled and no file is left.
    """
    if not recipient.strip() or not purpose.strip():
        raise ExportRefused(reason="recipient or purpose missing")
    word = checked_password(password) if password else propose_password()
    places = _choose_places(desk, targets, out)
    data, cuts = _make_file(plan, word)
    blob = seal_stream(desk, BytesIO(data))
    try:
        item = desk.new_id()
        with desk.store.write(Intent("export", Operation.DISCLOSURE)) as batch:
            _demand_current(batch, plan)
            _keep(desk, batch, plan, blob, item, places)
            _journal(batch, plan, blob, {"recipient": recipient, "purpose": purpose, "targets": list(places)})
    except BaseException:
        drop_sealed(desk, blob)
        raise
    return Exported(
        number=plan.number,
        file_name=plan.file_name,
        password=word,
        size=blob.size,
        sha256=blob.sha256,
        marking=plan.marking,
        counts=plan.counts,
        withheld=plan.withheld,
        item=item,
        targets=places,
        cuts=cuts,
    )


def _choose_places(desk: Desk, targets: Collection[str] | None, out: Path | None) -> tuple[str, ...]:
    """Return where the file goes. Raises ExportRefused (no place, unfit folder), TargetUnknown."""
    if out is not None and out.resolve().is_relative_to(desk.vault.folder.resolve()):
        raise ExportRefused(reason="inside_the_vault")
    places = (one_off_target(out),) if out is not None else ()
    if not all(open_target((), place).reachable() for place in places):
        # A folder for one file is named once and by hand: what waited there for a slip would wait for ever.
        raise ExportRefused(reason="folder missing")
    if targets is not None or out is None:
        places = (*choose_targets(desk, targets, Goods.EXPORTS), *places)
    return places


def _find_profile(name: str) -> ExportProfile:
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise ExportProfileUnknown(name=name, known=", ".join(profile.name for profile in PROFILES))


def _make_file(plan: ExportPlan, password: str) -> tuple[bytes, tuple[Cut, ...]]:
    """Return the encrypted workbook, opened again by its password and compared before it counts."""
    anchor = {
        "LD_Device": plan.head.device,
        "LD_Sequence": str(plan.head.sequence),
        "LD_Digest": plan.head.digest,
    }
    written = write_workbook(replace(plan.content, properties=anchor))
    data = encrypt(written.data, password, plan.rounds)
    if decrypt(data, password, plan.file_name) != written.data:
        raise ExportUnverified(reason="decrypted file differs from what was written")
    return data, written.cuts


def _demand_current(batch: Batch, plan: ExportPlan) -> None:
    """Raise PlanOutdated when the plan no longer says what is in the vault."""
    state = ReportReader(batch.connection).newest_change()
    if (state, next_export_number(batch.connection)) != (plan.state, plan.number):
        raise PlanOutdated(name=plan.file_name)


def _keep(
    desk: Desk, batch: Batch, plan: ExportPlan, blob: SealedBlob, item: str, places: Sequence[str]
) -> None:
    now = instant_text(desk.clock.now())
    add_blob(batch.connection, blob, OUTBOX, now)
    add_export(
        batch.connection,
        ExportRun(
            number=plan.number,
            profile=plan.profile.name,
            made_at=instant_text(plan.content.as_of),
            file_name=plan.file_name,
            sha256=blob.sha256,
            counts={count.name: (count.included, count.redacted, count.withheld) for count in plan.counts},
            figures=plan.figures,
            marking=plan.marking,
        ),
    )
    add_to_outbox(batch.connection, outgoing_rows(blob, item, Goods.EXPORTS, plan.file_name, now, places))


def _journal(batch: Batch, plan: ExportPlan, blob: SealedBlob, facts: Mapping[str, object]) -> None:
    """Write one line for each record handed out, and one for the export as a whole."""
    for count, handed in enumerate(plan.handed, 1):
        content: dict[str, object] = {"export": plan.number, "sheet": handed.sheet}
        if handed.redacted:
            content["redacted"] = True
        batch.tell(LineKind.DISCLOSE, handed.record_type, handed.record_id, handed.record_id, content)
        if count % _LINES_AT_ONCE == 0:
            batch.flush()
    told = {
        "number": plan.number,
        "profile": plan.profile.name,
        "file": plan.file_name,
        "sha256": blob.sha256,
        "marking": plan.marking,
        "counts": {count.name: [count.included, count.redacted, count.withheld] for count in plan.counts},
        "withheld": [
            {"sheet": each.sheet, "reason": each.reason.value, "rows": each.rows, "left_out": each.left_out}
            for each in plan.withheld
        ],
    }
    batch.tell(LineKind.EVENT, "export", f"{plan.number:04d}", "", {**facts, **told})
