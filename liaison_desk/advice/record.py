"""Words for E3xxx: records, values, the journal."""

from collections.abc import Mapping

from liaison_desk.advice.entry import ASK_IT, NOTHING_CHANGED, Advice
from liaison_desk.domain.errors import (
    AboveCeiling,
    AnchorMissing,
    AnchorUnreadable,
    FieldUnknown,
    FilterUnknown,
    InvalidValue,
    JournalBroken,
    LiaisonError,
    MarkingLowered,
    MergeRefused,
    NothingToUndo,
    NotUndoable,
    RecordChanged,
    RecordErased,
    RecordError,
    RecordMissing,
    ReferenceAmbiguous,
    UpcasterMissing,
)
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP

RECORD_ADVICE: Mapping[type[LiaisonError], Advice] = {
    RecordError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The record cannot be read or written as asked."),
        NOTHING_CHANGED,
        ASK_IT,
    ),
    RecordMissing: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no record with the reference {ref}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Search for it by a word of its name or matter."),
    ),
    RecordChanged: Advice(
        QT_TRANSLATE_NOOP("Advice", "The record {ref} was changed after it was read."),
        QT_TRANSLATE_NOOP("Advice", "The other change is kept; this one was not saved."),
        QT_TRANSLATE_NOOP("Advice", "Read the record again and repeat the change."),
    ),
    InvalidValue: Advice(
        QT_TRANSLATE_NOOP("Advice", "The value for {field} cannot be taken: {reason}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Put the value right and save again."),
    ),
    FieldUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "A record of the type {record} has no field {field}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Choose one of: {known}."),
    ),
    AboveCeiling: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "The marking {marking} is above what this installation may hold ({ceiling})."
        ),
        QT_TRANSLATE_NOOP("Advice", "Nothing was saved."),
        QT_TRANSLATE_NOOP("Advice", "Keep this matter in a system approved for its marking."),
    ),
    MarkingLowered: Advice(
        QT_TRANSLATE_NOOP("Advice", "The marking would fall from {before} to {after} without a reason."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Give the reason for the lower marking and save again."),
    ),
    RecordErased: Advice(
        QT_TRANSLATE_NOOP("Advice", "The record {ref} was erased and cannot come back."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "If you have lawful grounds to hold it again, make a new record."),
    ),
    NothingToUndo: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is nothing left to {direction}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "The history of a record shows what was done and what was taken back."),
    ),
    NotUndoable: Advice(
        QT_TRANSLATE_NOOP("Advice", "This step cannot be undone: {operation}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "What was handed out, looked up, erased or re-keyed stays in the log."),
    ),
    ReferenceAmbiguous: Advice(
        QT_TRANSLATE_NOOP("Advice", "Several records match {ref}: {matches}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Give the whole reference of one of them."),
    ),
    FilterUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no filter {filter}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Choose one of: {known}."),
    ),
    MergeRefused: Advice(
        QT_TRANSLATE_NOOP("Advice", "These two records cannot be merged: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "Both stay as they are."),
        QT_TRANSLATE_NOOP("Advice", "Choose two different records of the same type."),
    ),
    JournalBroken: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "The log was edited, reordered or cut at step {sequence} of device {device}: {reason}."
        ),
        QT_TRANSLATE_NOOP("Advice", "The check changed nothing; the steps before that one are sound."),
        QT_TRANSLATE_NOOP("Advice", "Keep the vault as it is, and compare it with a backup and its anchors."),
    ),
    AnchorMissing: Advice(
        QT_TRANSLATE_NOOP(
            "Advice",
            "The log does not hold what the anchor recorded at step {sequence} of {device}: {reason}.",
        ),
        QT_TRANSLATE_NOOP(
            "Advice", "The check changed nothing. Work after the last good anchor may be missing."
        ),
        QT_TRANSLATE_NOOP("Advice", "Keep the vault as it is, and compare it with a newer backup."),
    ),
    AnchorUnreadable: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} holds no anchor of this desk."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Give a workbook or a backup that this vault has made."),
    ),
    UpcasterMissing: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "A line of the log stems from revision {revision}, which cannot be translated."
        ),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Install the newest version of the desk, or give the code to IT."),
    ),
}
