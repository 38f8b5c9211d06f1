"""Every error the desk expects, as one tree.

    LiaisonError
    ├── VaultError        E1xxx  the folder, its header, its keys, its database file
    │   ├── WrongSecret
    │   ├── HeaderDamaged
    │   ├── HeaderUnsupported
    │   ├── VaultMissing
    │   ├── HeaderMissing
    │   ├── DatabaseMissing
    │   ├── DatabaseDamaged
    │   ├── VaultMismatch
    │   ├── VaultInUse
    │   ├── VaultTooNew
    │   ├── MigrationNeeded
    │   ├── VaultExists
    │   ├── PassphraseTooWeak
    │   ├── RecoveryCodeMalformed
    │   ├── DriverUnfit
    │   ├── RolledBack
    │   ├── BlobDamaged
    │   ├── VaultLocked
    │   └── StorageFailed
    │       ├── DiskFull
    │       └── ReadOnly
    ├── ExchangeError     E2xxx  files that come in or go out: import, export, delivery, backup
    │   ├── FileUnreadable
    │   ├── FileEmpty
    │   ├── FormatUnknown
    │   ├── FileOverLimit
    │   ├── FileDamaged
    │   ├── FileProtected
    │   ├── FileDangerous
    │   ├── ColumnsUnknown
    │   ├── PlanOutdated
    │   ├── ExportRefused
    │   ├── ExportProfileUnknown
    │   ├── ExportUnverified
    │   ├── ExportNotWritten
    │   ├── TargetUnknown
    │   ├── TargetUnreachable
    │   ├── TargetRefused
    │   ├── TargetOccupied
    │   ├── DeliveryDiffers
    │   ├── BackupUnusable
    │   └── RestoreTargetOccupied
    ├── RecordError       E3xxx  records, values, the journal
    │   ├── RecordMissing
    │   ├── RecordChanged
    │   ├── InvalidValue
    │   ├── FieldUnknown
    │   ├── AboveCeiling
    │   ├── MarkingLowered
    │   ├── RecordErased
    │   ├── NothingToUndo
    │   ├── NotUndoable
    │   ├── ReferenceAmbiguous
    │   ├── FilterUnknown
    │   ├── MergeRefused
    │   ├── JournalBroken
    │   ├── AnchorMissing
    │   ├── AnchorUnreadable
    │   └── UpcasterMissing
    ├── KeychainError     E4xxx  the keyring of the operating system
    │   ├── KeychainUnavailable
    │   ├── KeychainSilent
    │   ├── KeychainEntryLost
    │   └── KeychainUnfaithful
    └── InstallationError E5xxx  program, policy, settings
        ├── PolicyBroken
        ├── SettingsBroken
        └── PassphraseNotGiven

An error is named after the situation and carries facts, never sentences:
``advice`` turns the class into words. Facts are safe to log: identifiers, counts, field names,
reasons from a closed list; never a record's value.

A new class stands in the module of its branch, in this drawing, and in the lists below.
"""

from liaison_desk.domain.errors.exchange import (
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
    PlanOutdated,
    RestoreTargetOccupied,
    TargetOccupied,
    TargetRefused,
    TargetUnknown,
    TargetUnreachable,
)
from liaison_desk.domain.errors.foreseen import LiaisonError
from liaison_desk.domain.errors.installation import (
    InstallationError,
    PassphraseNotGiven,
    PolicyBroken,
    SettingsBroken,
)
from liaison_desk.domain.errors.keychain import (
    KeychainEntryLost,
    KeychainError,
    KeychainSilent,
    KeychainUnavailable,
    KeychainUnfaithful,
)
from liaison_desk.domain.errors.record import (
    AboveCeiling,
    AnchorMissing,
    AnchorUnreadable,
    FieldUnknown,
    FilterUnknown,
    InvalidValue,
    JournalBroken,
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
from liaison_desk.domain.errors.vault import (
    BlobDamaged,
    DatabaseDamaged,
    DatabaseMissing,
    DiskFull,
    DriverUnfit,
    HeaderDamaged,
    HeaderMissing,
    HeaderUnsupported,
    MigrationNeeded,
    PassphraseTooWeak,
    ReadOnly,
    RecoveryCodeMalformed,
    RolledBack,
    StorageFailed,
    VaultError,
    VaultExists,
    VaultInUse,
    VaultLocked,
    VaultMismatch,
    VaultMissing,
    VaultTooNew,
    WrongSecret,
)

__all__ = [
    "AboveCeiling",
    "AnchorMissing",
    "AnchorUnreadable",
    "BackupUnusable",
    "BlobDamaged",
    "ColumnsUnknown",
    "DatabaseDamaged",
    "DatabaseMissing",
    "DeliveryDiffers",
    "DiskFull",
    "DriverUnfit",
    "ExchangeError",
    "ExportNotWritten",
    "ExportProfileUnknown",
    "ExportRefused",
    "ExportUnverified",
    "FieldUnknown",
    "FileDamaged",
    "FileDangerous",
    "FileEmpty",
    "FileOverLimit",
    "FileProtected",
    "FileUnreadable",
    "FilterUnknown",
    "FormatUnknown",
    "HeaderDamaged",
    "HeaderMissing",
    "HeaderUnsupported",
    "InstallationError",
    "InvalidValue",
    "JournalBroken",
    "KeychainEntryLost",
    "KeychainError",
    "KeychainSilent",
    "KeychainUnavailable",
    "KeychainUnfaithful",
    "LiaisonError",
    "MarkingLowered",
    "MergeRefused",
    "MigrationNeeded",
    "NotUndoable",
    "NothingToUndo",
    "PassphraseNotGiven",
    "PassphraseTooWeak",
    "PlanOutdated",
    "PolicyBroken",
    "ReadOnly",
    "RecordChanged",
    "RecordErased",
    "RecordError",
    "RecordMissing",
    "RecoveryCodeMalformed",
    "ReferenceAmbiguous",
    "RestoreTargetOccupied",
    "RolledBack",
    "SettingsBroken",
    "StorageFailed",
    "TargetOccupied",
    "TargetRefused",
    "TargetUnknown",
    "TargetUnreachable",
    "UpcasterMissing",
    "VaultError",
    "VaultExists",
    "VaultInUse",
    "VaultLocked",
    "VaultMismatch",
    "VaultMissing",
    "VaultTooNew",
    "WrongSecret",
]
