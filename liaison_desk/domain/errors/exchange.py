"""Errors E2xxx: files that come in or go out: import, export, delivery, backup."""

from liaison_desk.domain.errors.foreseen import LiaisonError


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
