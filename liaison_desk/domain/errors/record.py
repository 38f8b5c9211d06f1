"""Errors E3xxx: records, values, the journal."""

from liaison_desk.domain.errors.foreseen import LiaisonError


class RecordError(LiaisonError):
    """A record cannot be read or written as asked."""

    code = "E3000"


class RecordMissing(RecordError):
    """No record has this reference. Facts: ref."""

    code = "E3001"


class RecordChanged(RecordError):
    """The record changed since it was read. Facts: ref, seen, found."""

    code = "E3002"


class InvalidValue(RecordError):
    """A value does not fit its field. Facts: field, reason."""

    code = "E3003"


class FieldUnknown(RecordError):
    """The record has no such field. Facts: record, field, known."""

    code = "E3004"


class AboveCeiling(RecordError):
    """The marking is above what this installation may hold. Facts: marking, ceiling."""

    code = "E3005"


class MarkingLowered(RecordError):
    """A marking was lowered without a reason. Facts: before, after."""

    code = "E3006"


class RecordErased(RecordError):
    """The record was erased and cannot come back. Facts: ref."""

    code = "E3007"


class NothingToUndo(RecordError):
    """No batch is left to undo or redo. Facts: direction."""

    code = "E3008"


class NotUndoable(RecordError):
    """This batch has no inverse: disclosure, consultation, erasure, key change. Facts: operation."""

    code = "E3009"


class ReferenceAmbiguous(RecordError):
    """Several records match. Facts: ref, matches."""

    code = "E3010"


class FilterUnknown(RecordError):
    """The search names a filter that does not exist. Facts: filter, known."""

    code = "E3011"


class MergeRefused(RecordError):
    """These two records cannot be merged. Facts: reason."""

    code = "E3012"


class JournalBroken(RecordError):
    """The journal was edited, reordered or cut. Facts: device, sequence, reason."""

    code = "E3101"


class AnchorMissing(RecordError):
    """The journal does not contain the state that the anchor recorded. Facts: device, sequence, reason."""

    code = "E3102"


class AnchorUnreadable(RecordError):
    """The file holds no anchor of this desk. Facts: name."""

    code = "E3103"


class UpcasterMissing(RecordError):
    """A journal line stems from a schema revision that cannot be translated. Facts: revision."""

    code = "E3104"
