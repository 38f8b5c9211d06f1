"""Words for E2xxx: files that come in or go out."""

from collections.abc import Mapping

from liaison_desk.advice.entry import (
    ASK_IT,
    NOTHING_CHANGED,
    NOTHING_LEFT,
    NOTHING_READ,
    NOTHING_SENT,
    Advice,
)
from liaison_desk.domain.errors import (
    BackupUnusable,
    ColumnsUnknown,
    DeliveryDiffers,
    ExchangeError,
    ExportNotWritten,
    ExportProfileUnknown,
    ExportRefused,
    ExportUnverified,
    FileDamaged,
    FileDangerous,
    FileEmpty,
    FileOverLimit,
    FileProtected,
    FileUnreadable,
    FormatUnknown,
    LiaisonError,
    PlanOutdated,
    RestoreTargetOccupied,
    TargetOccupied,
    TargetRefused,
    TargetUnknown,
    TargetUnreachable,
)
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP

EXCHANGE_ADVICE: Mapping[type[LiaisonError], Advice] = {
    ExchangeError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file could not be taken in or handed out."),
        NOTHING_CHANGED,
        ASK_IT,
    ),
    FileUnreadable: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} cannot be opened: {reason}."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Check that the file is there and that you may read it."),
    ),
    FileEmpty: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} is empty."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Export it again from the program it came from."),
    ),
    FormatUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} has a format the desk does not read: {looks_like}."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP(
            "Advice",
            "Save it as vCard (.vcf), iCalendar (.ics), Excel workbook (.xlsx) or delimited text (.csv).",
        ),
    ),
    FileOverLimit: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "The file {name} is over a limit, {limit}: found {found}, allowed {allowed}."
        ),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Split the file and read the parts one after another."),
    ),
    FileDamaged: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} breaks the rules of its own format: {reason}."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Open it in the program it came from and save it anew."),
    ),
    FileProtected: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} is encrypted, and no right password was given."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Give the right password, or save a copy without one."),
    ),
    FileDangerous: Advice(
        QT_TRANSLATE_NOOP("Advice", "The file {name} is built in a way that harms its reader: {reason}."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Do not open it elsewhere. Ask its sender, and tell IT."),
    ),
    ColumnsUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "No column of {name} could be matched to a field. Headings: {headings}."),
        NOTHING_READ,
        QT_TRANSLATE_NOOP("Advice", "Give the columns headings such as Reference, Matter, Received, Due."),
    ),
    PlanOutdated: Advice(
        QT_TRANSLATE_NOOP("Advice", "The vault or the file {name} changed after the plan was made."),
        QT_TRANSLATE_NOOP("Advice", "The plan was not carried out, and nothing was changed."),
        QT_TRANSLATE_NOOP("Advice", "Make the plan again and look at it before it is carried out."),
    ),
    ExportRefused: Advice(
        QT_TRANSLATE_NOOP("Advice", "The export was not made: {reason}."),
        NOTHING_LEFT,
        QT_TRANSLATE_NOOP("Advice", "Put right what is named, and export again."),
    ),
    ExportProfileUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no export profile with the name {name}."),
        NOTHING_LEFT,
        QT_TRANSLATE_NOOP("Advice", "Choose one of: {known}."),
    ),
    ExportUnverified: Advice(
        QT_TRANSLATE_NOOP("Advice", "The finished export did not read back as it was written: {reason}."),
        NOTHING_LEFT,
        QT_TRANSLATE_NOOP("Advice", "Export again. If it happens twice, give the code to IT."),
    ),
    ExportNotWritten: Advice(
        QT_TRANSLATE_NOOP("Advice", "The export was not written to {path}: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "Nothing was lost, and no half file stays there."),
        QT_TRANSLATE_NOOP("Advice", "Choose another folder, or ask IT."),
    ),
    TargetUnknown: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no delivery target with the name {name}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Choose one of: {known}. A new one is set up with: target."),
    ),
    TargetUnreachable: Advice(
        QT_TRANSLATE_NOOP("Advice", "The target {target} cannot be reached now: {reason}."),
        NOTHING_SENT,
        QT_TRANSLATE_NOOP("Advice", "Connect the drive or the network. It is sent at the next sync."),
    ),
    TargetRefused: Advice(
        QT_TRANSLATE_NOOP("Advice", "The target {target} was reached and refused the file: {reason}."),
        NOTHING_SENT,
        QT_TRANSLATE_NOOP("Advice", "Ask whoever keeps the target, then sync again."),
    ),
    TargetOccupied: Advice(
        QT_TRANSLATE_NOOP("Advice", "Another file with the name {name} already lies at {target}."),
        QT_TRANSLATE_NOOP("Advice", "That file was not touched; ours waits, encrypted, in the outbox."),
        QT_TRANSLATE_NOOP("Advice", "Move the other file away, then sync again."),
    ),
    DeliveryDiffers: Advice(
        QT_TRANSLATE_NOOP("Advice", "What {target} holds is not what was sent ({name})."),
        QT_TRANSLATE_NOOP("Advice", "The faulty copy was removed; the file waits, encrypted, in the outbox."),
        QT_TRANSLATE_NOOP(
            "Advice", "Sync again. If it happens twice, the drive or the share may be failing."
        ),
    ),
    BackupUnusable: Advice(
        QT_TRANSLATE_NOOP("Advice", "The backup {path} cannot be used: {reason}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Take an older backup, and make a new one soon."),
    ),
    RestoreTargetOccupied: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is already something in {path}."),
        QT_TRANSLATE_NOOP("Advice", "It was not touched; a restore never writes over what is there."),
        QT_TRANSLATE_NOOP("Advice", "Restore into a new or empty folder."),
    ),
}
