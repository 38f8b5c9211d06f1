"""Errors E1xxx: the folder, its header, its keys, its database file."""

from liaison_desk.domain.errors.foreseen import LiaisonError


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
    """An older program has written this vault; a backup is made, then it is raised. Facts: found, known."""

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
