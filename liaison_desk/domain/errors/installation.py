"""Errors E5xxx: program, policy, settings."""

from liaison_desk.domain.errors.foreseen import LiaisonError


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
