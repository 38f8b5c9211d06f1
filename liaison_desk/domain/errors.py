"""Every error the desk expects, as one tree.

    LiaisonError
    ├── VaultError          E1xxx  the folder, its header, its keys, its database file
    ├── ExchangeError       E2xxx  files that come in or go out: import, export, delivery, backup
    ├── RecordError         E3xxx  records, values, the journal
    ├── KeychainError       E4xxx  the keyring of the operating system
    └── InstallationError   E5xxx  program, policy, settings

An error is named after the situation and carries facts, never sentences:
``advice.py`` turns the class into words. Facts are safe to log: identifiers, counts, field names,
reasons from a closed list; never a record's value.
"""

from typing import ClassVar


class LiaisonError(Exception):
    """Something the desk foresaw. ``code`` is stable and printed beside every message."""

    code: ClassVar[str] = "E0000"

    def __init__(self, **facts: object) -> None:
        """Keep the facts that the message and the log may show."""
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        """Return code, name and facts, for logs."""
        told = " ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} {type(self).__name__} {told}".rstrip()


# --- E1xxx: the vault ---------------------------------------------------------------------------


class VaultError(LiaisonError):
    """The vault cannot be used as asked."""

    code = "E1000"


class WrongSecret(VaultError):
    """No slot opens with this passphrase or recovery code; the header itself is sound."""

    code = "E1001"


class HeaderDamaged(VaultError):
    """The header is not what was written. Facts: reason."""

    code = "E1002"


class HeaderUnsupported(VaultError):
    """The header names a format or an algorithm this program does not know. Facts: what."""

    code = "E1003"


class VaultMissing(VaultError):
    """There is no vault in this folder. Facts: path."""

    code = "E1004"


class HeaderMissing(VaultError):
    """A database lies here without its header. Facts: path."""

    code = "E1005"


class DatabaseMissing(VaultError):
    """The header names a database file that is not there. Facts: file."""

    code = "E1006"


class DatabaseDamaged(VaultError):
    """The key is right, yet the database cannot be read or fails its checks. Facts: reason."""

    code = "E1007"


class VaultMismatch(VaultError):
    """Header and database belong to different vaults."""

    code = "E1008"


class VaultInUse(VaultError):
    """Another desk has this vault open. Facts: pid."""

    code = "E1009"


class VaultTooNew(VaultError):
    """A newer program has written this vault. Facts: found, known."""

    code = "E1010"


class MigrationNeeded(VaultError):
    """An older program has written this vault; a backup is made, then it is brought up. Facts: found, known."""

    code = "E1021"


class VaultExists(VaultError):
    """The folder already holds a vault. Facts: path."""

    code = "E1011"


class PassphraseTooWeak(VaultError):
    """The passphrase is too short or well known. Facts: reason, minimum."""

    code = "E1012"


class RecoveryCodeMalformed(VaultError):
    """What was typed is not a recovery code: length or check characters are wrong."""

    code = "E1013"


class DriverUnfit(VaultError):
    """The database driver does not encrypt. Facts: reason."""

    code = "E1014"


class RolledBack(VaultError):
    """The vault is older than its last known state. Facts: found, expected."""

    code = "E1015"


class BlobDamaged(VaultError):
    """A sealed file is missing, cut or changed. Facts: blob, reason."""

    code = "E1016"


class VaultLocked(VaultError):
    """The vault was locked while work was under way; the work was rolled back."""

    code = "E1017"


class StorageFailed(VaultError):
    """The disk refused to read or write; nothing half-written stays. Facts: reason, path."""

    code = "E1018"


class DiskFull(StorageFailed):
    """No room is left on the disk. Facts: path."""

    code = "E1019"


class ReadOnly(StorageFailed):
    """The folder or file may not be written. Facts: path."""

    code = "E1020"


# --- E2xxx: files in and out --------------------------------------------------------------------


class ExchangeError(LiaisonError):
    """A file could not be taken in or handed out."""

    code = "E2000"


class FileUnreadable(ExchangeError):
    """The file cannot be opened. Facts: name, reason."""

    code = "E2001"


class FileEmpty(ExchangeError):
    """The file has no content. Facts: name."""

    code = "E2002"


class FormatUnknown(ExchangeError):
    """The content is none of the formats the desk reads. Facts: name, looks_like."""

    code = "E2003"


class FileOverLimit(ExchangeError):
    """The file passes a stated limit. Facts: name, limit, allowed, found."""

    code = "E2004"


class FileDamaged(ExchangeError):
    """The file breaks its own format and nothing could be read. Facts: name, reason."""

    code = "E2005"


class FileProtected(ExchangeError):
    """The file is encrypted and no right password was given. Facts: name."""

    code = "E2006"


class FileDangerous(ExchangeError):
    """The file is built to harm its reader. Facts: name, reason."""

    code = "E2007"


class ColumnsUnknown(ExchangeError):
    """No column of the register could be matched to a field. Facts: name, headings."""

    code = "E2008"


class PlanOutdated(ExchangeError):
    """The vault or the file changed after the plan was made. Facts: name."""

    code = "E2009"


class ExportRefused(ExchangeError):
    """The export would carry what it must not, or lacks what it must have. Facts: reason."""

    code = "E2101"


class ExportProfileUnknown(ExchangeError):
    """No export profile has this name. Facts: name, known."""

    code = "E2102"


class ExportUnverified(ExchangeError):
    """The finished file did not read back as written. Facts: reason."""

    code = "E2103"


class ExportNotWritten(ExchangeError):
    """The export could not be written. Facts: path, reason."""

    code = "E2104"


class TargetUnknown(ExchangeError):
    """No delivery target has this name. Facts: name, known."""

    code = "E2201"


class TargetUnreachable(ExchangeError):
    """The delivery target cannot be reached now; what waits stays in the outbox. Facts: target, reason."""

    code = "E2202"


class TargetRefused(ExchangeError):
    """The target was reached and refused the file. Facts: target, reason."""

    code = "E2203"


class TargetOccupied(ExchangeError):
    """Another file already has this name at the target and stays as it is. Facts: target, name."""

    code = "E2204"


class DeliveryDiffers(ExchangeError):
    """What was read back from the target is not what was sent. Facts: target, name."""

    code = "E2205"


class BackupUnusable(ExchangeError):
    """The backup is incomplete or fails its checks. Facts: path, reason."""

    code = "E2301"


class RestoreTargetOccupied(ExchangeError):
    """A restore never writes over what is there. Facts: path."""

    code = "E2302"


# --- E3xxx: records and journal -----------------------------------------------------------------


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


# --- E4xxx: keyring -----------------------------------------------------------------------------


class KeychainError(LiaisonError):
    """The keyring of the operating system did not serve."""

    code = "E4000"


class KeychainUnavailable(KeychainError):
    """There is no keyring, it is locked, or its kind is not allowed. Facts: reason, backend."""

    code = "E4001"


class KeychainSilent(KeychainError):
    """The keyring did not answer in time. Facts: seconds."""

    code = "E4002"


class KeychainEntryLost(KeychainError):
    """The keyring no longer holds the secret of this vault. Facts: backend, expected."""

    code = "E4003"


class KeychainUnfaithful(KeychainError):
    """The keyring did not keep what it was given. Facts: backend."""

    code = "E4004"


# --- E5xxx: the installation --------------------------------------------------------------------


class InstallationError(LiaisonError):
    """The program or its settings are not usable."""

    code = "E5000"


class PolicyBroken(InstallationError):
    """The policy file cannot be used; the strictest defaults hold. Facts: path, line, reason."""

    code = "E5001"


class SettingsBroken(InstallationError):
    """The settings file cannot be used; defaults hold. Facts: path, reason."""

    code = "E5002"


class PassphraseNotGiven(InstallationError):
    """A passphrase is needed and none can be asked for."""

    code = "E5003"
