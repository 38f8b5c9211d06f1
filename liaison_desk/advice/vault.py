"""Words for E1xxx: the folder, its header, its keys, its database file."""

from collections.abc import Mapping

from liaison_desk.advice.entry import ASK_IT, NOTHING_CHANGED, NOTHING_OPENED, USE_BACKUP, Advice
from liaison_desk.domain.errors import (
    BlobDamaged,
    DatabaseDamaged,
    DatabaseMissing,
    DiskFull,
    DriverUnfit,
    HeaderDamaged,
    HeaderMissing,
    HeaderUnsupported,
    LiaisonError,
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
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP

VAULT_ADVICE: Mapping[type[LiaisonError], Advice] = {
    VaultError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The vault cannot be used as asked."),
        NOTHING_CHANGED,
        ASK_IT,
    ),
    WrongSecret: Advice(
        QT_TRANSLATE_NOOP("Advice", "The vault does not open with this passphrase or recovery code."),
        QT_TRANSLATE_NOOP("Advice", "The vault itself is sound, and nothing was changed."),
        QT_TRANSLATE_NOOP(
            "Advice",
            "Check the keyboard layout and Caps Lock and type it again, or use the printed recovery code.",
        ),
    ),
    HeaderDamaged: Advice(
        QT_TRANSLATE_NOOP("Advice", "The header of the vault is not what was written: {reason}."),
        NOTHING_OPENED,
        USE_BACKUP,
    ),
    HeaderUnsupported: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "The header of the vault names something this version does not know: {what}."
        ),
        NOTHING_OPENED,
        QT_TRANSLATE_NOOP("Advice", "Open the vault with a newer version of the desk."),
    ),
    VaultMissing: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no vault in {path}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Check the folder, or make a new vault there with: vault create."),
    ),
    HeaderMissing: Advice(
        QT_TRANSLATE_NOOP("Advice", "A database lies in {path}, but the header that holds its keys is gone."),
        QT_TRANSLATE_NOOP("Advice", "The database was not touched; without a header nothing can open it."),
        QT_TRANSLATE_NOOP(
            "Advice", "Put back vault.hdr or vault.hdr.bak if you have it, or restore the last good backup."
        ),
    ),
    DatabaseMissing: Advice(
        QT_TRANSLATE_NOOP("Advice", "The header of the vault names the file {file}, which is not there."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP(
            "Advice",
            "Put the file back beside the header, or restore the last good backup into a new folder.",
        ),
    ),
    DatabaseDamaged: Advice(
        QT_TRANSLATE_NOOP("Advice", "The database of the vault is damaged: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "Nothing damaged is shown as valid, and nothing was written."),
        USE_BACKUP,
    ),
    VaultMismatch: Advice(
        QT_TRANSLATE_NOOP("Advice", "The header and the database belong to different vaults."),
        NOTHING_OPENED,
        QT_TRANSLATE_NOOP(
            "Advice", "Put the files that belong together into one folder, or restore a backup."
        ),
    ),
    VaultInUse: Advice(
        QT_TRANSLATE_NOOP("Advice", "Another desk has this vault open (process {pid})."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Use the desk that is open, or close it and try again."),
    ),
    VaultTooNew: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "A newer version of the desk has written this vault (revision {found}, known {known})."
        ),
        NOTHING_OPENED,
        QT_TRANSLATE_NOOP("Advice", "Install the newer version, or ask IT for it."),
    ),
    MigrationNeeded: Advice(
        QT_TRANSLATE_NOOP(
            "Advice",
            "An older version of the desk has written this vault (revision {found}, wanted {known}).",
        ),
        QT_TRANSLATE_NOOP("Advice", "It is raised only after a backup was made."),
        QT_TRANSLATE_NOOP("Advice", "Open the vault once with its passphrase, so that it can be raised."),
    ),
    VaultExists: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is already a vault in {path}."),
        QT_TRANSLATE_NOOP("Advice", "It was not touched."),
        QT_TRANSLATE_NOOP("Advice", "Open that vault, or choose an empty folder for the new one."),
    ),
    PassphraseTooWeak: Advice(
        QT_TRANSLATE_NOOP("Advice", "The new passphrase cannot be taken: {reason}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP(
            "Advice", "Choose at least {minimum} characters, best several words that do not belong together."
        ),
    ),
    RecoveryCodeMalformed: Advice(
        QT_TRANSLATE_NOOP("Advice", "What was typed is not a recovery code: {reason}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Compare it with the printed sheet. The group to look at: {group}."),
    ),
    DriverUnfit: Advice(
        QT_TRANSLATE_NOOP("Advice", "The database driver of this installation does not encrypt: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "Nothing was written, so nothing lies on the disk in clear."),
        QT_TRANSLATE_NOOP("Advice", "Install the desk again from its package, or ask IT."),
    ),
    RolledBack: Advice(
        QT_TRANSLATE_NOOP(
            "Advice", "The vault is older than its last known state (found {found}, expected {expected})."
        ),
        QT_TRANSLATE_NOOP("Advice", "It stays closed; an older copy may have been put in its place."),
        QT_TRANSLATE_NOOP(
            "Advice", "Look for the newer copy. An older backup is put to use with: vault restore."
        ),
    ),
    BlobDamaged: Advice(
        QT_TRANSLATE_NOOP("Advice", "A sealed file of the vault cannot be read: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "The records are not affected; nothing damaged was handed out."),
        QT_TRANSLATE_NOOP("Advice", "Attach the file again, or take it from a backup."),
    ),
    VaultLocked: Advice(
        QT_TRANSLATE_NOOP("Advice", "The vault was locked while work was under way."),
        QT_TRANSLATE_NOOP("Advice", "The unfinished work was rolled back; everything saved before is there."),
        QT_TRANSLATE_NOOP("Advice", "Unlock the vault and start the work again."),
    ),
    StorageFailed: Advice(
        QT_TRANSLATE_NOOP("Advice", "The disk refused to read or write {path}: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "Nothing half-written stays; what was saved before is there."),
        QT_TRANSLATE_NOOP("Advice", "Check the disk and its connection, and try again."),
    ),
    DiskFull: Advice(
        QT_TRANSLATE_NOOP("Advice", "There is no room left at {path}."),
        QT_TRANSLATE_NOOP("Advice", "Nothing half-written stays; what was saved before is there."),
        QT_TRANSLATE_NOOP("Advice", "Make room or choose another disk, and try again."),
    ),
    ReadOnly: Advice(
        QT_TRANSLATE_NOOP("Advice", "Writing is not allowed at {path}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Choose another folder, or ask IT for the right to write there."),
    ),
}
