"""Telling what each row of a file is to the desk: new, an update, unchanged, a possible duplicate, refused.

A row is known again by the uid it carries, by its whole content, and, in registers, by its reference numbers.
What is left is compared with the records and with the rows before it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from liaison_desk.domain.attached import Note
from liaison_desk.domain.codes import ReferenceHolder
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import TYPES_BY_NAME, Dossier, title_of
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference
from liaison_desk.importers.proposal import Proposal
from liaison_desk.importers.register_requests import ORIGIN as REGISTER
from liaison_desk.services.import_plan import (
    CREATE,
    LONGEST_LABEL,
    SKIP,
    Candidate,
    Choice,
    ChoiceKind,
    PlannedRow,
    Verdict,
)
from liaison_desk.services.known_records import (
    KnownOrigins,
    KnownRecords,
    load_known,
    load_origins,
    reference_key,
)
from liaison_desk.services.matching import LIKELY, Reason, includes, similarity
from liaison_desk.storage.matching import Origin, Shown, read_mergers, read_shown
from liaison_desk.storage.store import Store

ABOVE_CEILING = "above_ceiling"
MARKING_UNKNOWN = "marking_unknown"
_STRONGEST_FIRST = tuple(
    holder.value
    for holder in (
        ReferenceHolder.OURS,
        ReferenceHolder.THEIRS,
        ReferenceHolder.CHANNEL,
        ReferenceHolder.OTHER,
    )
)
"""Whose numbers tell requests apart best: the registry's own first."""
Texts = TypeVar("Texts", tuple[str, ...], tuple[tuple[str, str], ...])


@dataclass(frozen=True, slots=True)
class _Unsure:
    """A row of a register that was not known by its content: its keys, until all rows are read."""

    place: int
    root_type: type[Root]
    uid: str
    title: str
    references: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Planner:
    """Takes the proposals of a file in order, and gives the rows of the plan."""

    store: Store
    levels: Mapping[str, int]
    ceiling: str
    rows: list[PlannedRow] = field(default_factory=list)
    targets: dict[int, str] = field(default_factory=dict)
    """Index of a row that is known again, to the record."""
    _known: dict[type[Root], KnownRecords] = field(default_factory=dict)
    _first_rows: dict[int, int] = field(default_factory=dict)
    """Hash of what a row is known by, to its place among the rows."""
    _unsure: list[_Unsure] = field(default_factory=list)
    _repeats: dict[int, int] = field(default_factory=dict)
    """Index of a row to the earlier row that carries the same uid."""
    _from_bin: dict[int, Origin] = field(default_factory=dict)
    _mergers: dict[str, str] | None = None
    _texts: dict[object, object] = field(default_factory=dict)

    def take(self, proposal: Proposal) -> None:
        """Judge one proposal as far as can be told before the others are seen."""
        index = len(self.rows)
        dossier = proposal.dossier
        refusal = proposal.refusal if dossier is None else self._refuse_marking(dossier)
        if dossier is None or refusal:
            self.rows.append(self._row(proposal, "", Verdict.REFUSED, SKIP, refusal))
            return
        root = dossier.root
        known = self._load(type(root))
        verdict, default = Verdict.NEW, CREATE
        found = self._find_origin(known, dossier, index)
        if found is not None:
            unchanged = found.hash == root.origin_hash
            verdict = Verdict.UNCHANGED if unchanged else Verdict.UPDATE
            default = SKIP if unchanged else Choice(ChoiceKind.UPDATE, found.id)
            self.targets[index] = found.id
        elif self._repeats_content(root, index):
            verdict, default = Verdict.UNCHANGED, SKIP
        self.rows.append(self._row(proposal, root.type_name, verdict, default))
        if verdict is not Verdict.UNCHANGED or found is not None:
            known.add_row(index, dossier)

    def finish(self) -> dict[str, tuple[str, int]]:
        """Judge what could not be told before; return type and revision of every record that may change."""
        self._match_registers()
        duplicates = self._find_duplicates()
        ids = {one.root_id for found in duplicates.values() for one in found if one.root_id}
        with self.store.read() as connection:
            shown = read_shown(connection, ids | set(self.targets.values()))
        for index, found in duplicates.items():
            self._mark_duplicate(index, found, shown)
        return {root_id: (one.type, one.revision) for root_id, one in shown.items()}

    # --- known again -----------------------------------------------------------------------------

    def _load(self, root_type: type[Root]) -> KnownRecords:
        known = self._known.get(root_type)
        if known is None:
            known = self._known[root_type] = load_known(self.store, root_type)
        return known

    def _origins(self, known: KnownRecords, root_type: type[Root], system: str) -> KnownOrigins:
        origins = known.origins.get(system)
        if origins is None:
            origins = known.origins[system] = load_origins(self.store, root_type, system)
        return origins

    def _find_origin(self, known: KnownRecords, dossier: Dossier, index: int) -> Origin | None:
        root = dossier.root
        origins = self._origins(known, type(root), root.origin_system)
        by_uid = origins.by_uid.get(root.origin_uid, ())
        same = next((one for one in by_uid if one.hash == root.origin_hash), None)
        found = same or (origins.by_hash.get(root.origin_hash) if root.origin_hash else None)
        if found is None and root.origin_system == REGISTER:
            self._put_off(dossier, index)
            return None
        return self._follow(found or (by_uid[0] if by_uid else None), index)

    def _put_off(self, dossier: Dossier, index: int) -> None:
        references = tuple(reference_key(one) for one in dossier.children if isinstance(one, Reference))
        root = dossier.root
        self._unsure.append(_Unsure(index, type(root), root.origin_uid, title_of(root), references))

    def _follow(self, origin: Origin | None, index: int) -> Origin | None:
        """Return where a record is now: merged into another, or still in the bin, which is no match."""
        if origin is None or not origin.binned:
            return origin
        if self._mergers is None:
            with self.store.read() as connection:
                self._mergers = read_mergers(connection)
        target = origin.id
        seen = {target}
        while target in self._mergers and self._mergers[target] not in seen:
            target = self._mergers[target]
            seen.add(target)
        if target == origin.id:
            self._from_bin[index] = origin
            return None
        return origin._replace(id=target, binned=False)

    def _repeats_content(self, root: Root, index: int) -> bool:
        """Remember what the row is known by; tell whether an earlier row has the same content."""
        same_content = self._first_rows.setdefault(hash((type(root), root.origin_hash)), index)
        if root.origin_uid and root.origin_system != REGISTER:
            same_uid = self._first_rows.setdefault(hash((type(root), "uid", root.origin_uid)), index)
            if same_uid != index:
                self._repeats[index] = same_uid
        return bool(root.origin_hash) and same_content != index

    def _match_registers(self) -> None:
        """Find the records of rows whose keys are no uids: a number or a mailbox may belong to several."""
        claimed = set(self.targets.values())
        for unsure in self._unsure:
            known = self._known[unsure.root_type]
            if self.rows[unsure.place].verdict is not Verdict.NEW:
                continue
            origins = self._origins(known, unsure.root_type, REGISTER)
            by_uid = {one.id: one for one in origins.by_uid.get(unsure.uid, ()) if not one.binned}
            shared: dict[str, int] = dict.fromkeys(by_uid, 0)
            for key in unsure.references:
                for root_id in known.references.get(key, ()):
                    if _agree(unsure.references, known.numbers[root_id]):
                        shared[root_id] = shared.get(root_id, 0) + 1
            found = self._choose(unsure, shared, by_uid, claimed)
            if found:
                claimed.add(found)
                self.targets[unsure.place] = found
                choice = Choice(ChoiceKind.UPDATE, found)
                self.rows[unsure.place] = replace(
                    self.rows[unsure.place], verdict=Verdict.UPDATE, default=choice
                )

    def _choose(
        self,
        unsure: _Unsure,
        shared: Mapping[str, int],
        by_uid: Mapping[str, Origin],
        claimed: Collection[str],
    ) -> str:
        """Return the record that shares most numbers and is most alike in title, or empty text."""
        best, best_score = "", (0, 0.0)
        wanted = fold_name(unsure.title)
        for root_id, count in shared.items():
            if root_id in claimed:
                continue
            title = fold_name(by_uid[root_id].title) if root_id in by_uid else ""
            likeness = similarity(wanted, title)
            named_alike = likeness >= LIKELY or includes(wanted, title)
            if unsure.root_type is not Request and not named_alike:
                continue
            if (count, likeness) > best_score or not best:
                best, best_score = root_id, (count, likeness)
        return best

    # --- possible duplicates ----------------------------------------------------------------------

    def _find_duplicates(self) -> dict[int, list[Candidate]]:
        """Return candidates by index of the row, for rows that are new as far as was told."""
        found: dict[int, list[Candidate]] = {}
        for index, origin in self._from_bin.items():
            found[index] = [Candidate(origin.id, "", origin.title, 0, (Reason.IN_BIN,))]
        for index, earlier in self._repeats.items():
            if self.rows[index].verdict is Verdict.NEW and index not in found:
                found[index] = [self._row_candidate(earlier, {Reason.UID})]
        for known in self._known.values():
            first_row = len(known.ids)
            for entry, pairs in known.pool.find_pairs(first_row).items():
                index = known.row_places[entry - first_row]
                if self.rows[index].verdict is not Verdict.NEW or index in found:
                    continue
                candidates = [self._candidate(known, earlier, reasons) for earlier, reasons in pairs.items()]
                found[index] = [one for one in candidates if one is not None]
        return {index: candidates for index, candidates in found.items() if candidates}

    def _candidate(self, known: KnownRecords, entry: int, reasons: set[Reason]) -> Candidate | None:
        if entry < len(known.ids):
            return Candidate(known.ids[entry], "", "", 0, _ordered(reasons))
        earlier = known.row_places[entry - len(known.ids)]
        if earlier in self.targets:
            return Candidate(self.targets[earlier], "", "", 0, _ordered(reasons))
        return self._row_candidate(earlier, reasons)

    def _row_candidate(self, index: int, reasons: set[Reason]) -> Candidate:
        return Candidate("", "", self.rows[index].label, self.rows[index].place, _ordered(reasons))

    def _mark_duplicate(self, index: int, found: list[Candidate], shown: Mapping[str, Shown]) -> None:
        row = self.rows[index]
        named: dict[tuple[str, int], Candidate] = {}
        for one in found:
            if one.root_id in shown:
                told = shown[one.root_id]
                named[one.root_id, 0] = replace(one, ref=told.ref, title=told.title)
            elif one.row:
                named["", one.row] = one
        candidates = tuple(named.values())
        if candidates:
            default = _choose_default(row, candidates)
            self.rows[index] = replace(
                row, verdict=Verdict.POSSIBLE_DUPLICATE, candidates=candidates, default=default
            )

    # --- rows -------------------------------------------------------------------------------------

    def _refuse_marking(self, dossier: Dossier) -> str:
        ceiling = self.levels.get(self.ceiling, 0)
        marks = {dossier.root.marking}
        marks.update(child.marking for child in dossier.children if isinstance(child, Note) and child.marking)
        for marking in marks:
            if marking not in self.levels:
                return MARKING_UNKNOWN
            if self.levels[marking] > ceiling:
                return ABOVE_CEILING
        return ""

    def _row(
        self, proposal: Proposal, type_name: str, verdict: Verdict, default: Choice, reason: str = ""
    ) -> PlannedRow:
        return PlannedRow(
            place=len(self.rows) + 1,
            number=proposal.number,
            label=proposal.label[:LONGEST_LABEL],
            type_name=type_name,
            verdict=verdict,
            default=default,
            reason=reason,
            kept_in_note=self._share(proposal.kept_in_note),
            refused_parts=self._share(proposal.refused_parts),
        )

    def _share(self, texts: Texts) -> Texts:
        """Return one and the same tuple for all rows that have the same properties without a field."""
        return cast("Texts", self._texts.setdefault(texts, texts))


def _agree(references: Sequence[tuple[str, str, str]], numbers: Mapping[str, Collection[str]]) -> bool:
    """Tell whether a row and a request share a number of the strongest kind that both have.

    Where both have a number of ours and these differ, a protocol number in common proves nothing.
    """
    for holder in _STRONGEST_FIRST:
        own = {number for number, _, of in references if of == holder}
        theirs = numbers.get(holder)
        if own and theirs:
            return not own.isdisjoint(theirs)
    return False


def _ordered(reasons: set[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in Reason if reason in reasons)


def _choose_default(row: PlannedRow, candidates: Sequence[Candidate]) -> Choice:
    """Merge what is almost surely the same; else create, to be checked; leave in the bin what lies there."""
    if any(Reason.IN_BIN in one.reasons for one in candidates):
        return SKIP
    for one in candidates:
        if _is_sure(row, one):
            return Choice(ChoiceKind.MERGE, one.root_id, one.row)
    return CREATE


def _is_sure(row: PlannedRow, candidate: Candidate) -> bool:
    reasons = set(candidate.reasons)
    if Reason.UID in reasons:
        return True
    if TYPES_BY_NAME[row.type_name] is Organisation and Reason.NAME in reasons:
        return True
    if not reasons & {Reason.EMAIL, Reason.PHONE}:
        return False
    if reasons & {Reason.NAME, Reason.SIMILAR_NAME}:
        return True
    one, other = fold_name(row.label), fold_name(candidate.title)
    return similarity(one, other) >= LIKELY or includes(one, other)
