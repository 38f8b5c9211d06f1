"""Errors E4xxx: the keyring of the operating system."""

from liaison_desk.domain.errors.foreseen import LiaisonError


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
