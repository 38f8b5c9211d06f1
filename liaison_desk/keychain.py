"""The keyring of the operating system, asked through a child process that may be given up on.

A keyring can wait for ever: for a prompt nobody sees, for a bus that hangs. So every question runs
in a child with a time limit. Only keyrings that encrypt are used, chosen here by name: environment
and configuration of the ``keyring`` library, its null, plaintext and chaining backends do not count.
What is written is read back.

The child speaks JSON on its standard streams; secrets never stand in arguments or environment.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from liaison_desk.domain.errors import (
    KeychainEntryLost,
    KeychainSilent,
    KeychainUnavailable,
    KeychainUnfaithful,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

CHILD_ARGUMENT = "keychain-child"
"""First argument by which a frozen program knows that it is the child and calls ``serve``."""

_SERVICE = "Liaison Desk"
_SECONDS = 20.0
_BACKENDS = {
    "SecretService": ("keyring.backends.SecretService", "Keyring"),
    "KWallet": ("keyring.backends.kwallet", "DBusKeyring"),
    "macOS": ("keyring.backends.macOS", "Keyring"),
    "WinVault": ("keyring.backends.Windows", "WinVaultKeyring"),
}


@dataclass(frozen=True, slots=True, repr=False)
class KeychainEntry:
    """What the keyring holds for a slot: 32 bytes, and the last generation of the header it was told."""

    secret: bytes
    backend: str
    generation: int | None


class Keychain:
    """Secrets of vaults in the keyring of the operating system."""

    def __init__(self, *, seconds: float = _SECONDS, command: Sequence[str] | None = None) -> None:
        """Ask with a limit of ``seconds``; ``command`` starts the child, by default this program itself."""
        self._seconds = seconds
        self._command = list(command) if command is not None else _child_command()

    def backend(self) -> str:
        """Return the name of the keyring that would be used. Raises KeychainUnavailable or KeychainSilent."""
        return str(self._ask([])["backend"])

    def store_secret(self, vault_id: str, slot_id: str, secret: bytes) -> str:
        """Keep the secret of a slot and return the backend's name.

        Raises KeychainUnfaithful when reading it back gives something else; else as ``backend``.
        """
        return self._store(_slot_account(vault_id, slot_id), secret.hex())

    def read_secret(self, vault_id: str, slot_id: str, *, expected_backend: str) -> KeychainEntry:
        """Return what the keyring holds for a slot. Raises KeychainEntryLost when it holds nothing usable."""
        accounts = [_slot_account(vault_id, slot_id), _generation_account(vault_id)]
        answer = self._ask([["get", account] for account in accounts], prefer=expected_backend)
        secret, generation = answer["values"]
        try:
            known = bytes.fromhex(secret or "")
        except ValueError:
            known = b""
        if not known:
            raise KeychainEntryLost(backend=answer["backend"], expected=expected_backend)
        return KeychainEntry(known, answer["backend"], _number(generation))

    def forget_secret(self, vault_id: str, slot_id: str) -> None:
        """Remove the secret of a slot; it need not be there."""
        self._ask([["delete", _slot_account(vault_id, slot_id)]])

    def remember_generation(self, vault_id: str, generation: int) -> None:
        """Keep the last known generation of a vault's header, to notice an older one put in its place."""
        self._store(_generation_account(vault_id), str(generation))

    def last_generation(self, vault_id: str) -> int | None:
        """Return the last known generation, or None."""
        return _number(self._ask([["get", _generation_account(vault_id)]])["values"][0])

    def _store(self, account: str, value: str) -> str:
        answer = self._ask([["set", account, value], ["get", account]])
        if answer["values"][1] != value:
            raise KeychainUnfaithful(backend=answer["backend"])
        return str(answer["backend"])

    def _ask(self, operations: list[list[str]], prefer: str = "") -> dict[str, Any]:
        question = json.dumps({"prefer": prefer, "operations": operations})
        try:
            done = subprocess.run(
                self._command,
                input=question.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise KeychainSilent(seconds=self._seconds) from error
        except OSError as error:
            raise KeychainUnavailable(reason="no child", backend="") from error
        return _read_answer(done.stdout)


def _read_answer(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
        trouble = answer.get("trouble")
        if trouble is None and isinstance(answer["values"], list):
            return dict(answer)
    except (ValueError, KeyError, AttributeError) as error:
        raise KeychainUnavailable(reason="no answer", backend="") from error
    raise KeychainUnavailable(reason=trouble, backend=answer.get("backend", ""))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _slot_account(vault_id: str, slot_id: str) -> str:
    return f"vault:{vault_id}:{slot_id}"


def _generation_account(vault_id: str) -> str:
    return f"vault:{vault_id}:generation"


def _child_command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_ARGUMENT]
    return [sys.executable, "-m", "liaison_desk.keychain"]


# --- the child ----------------------------------------------------------------------------------


def serve() -> int:
    """Answer one question from standard input on standard output; the body of the child process."""
    question = json.loads(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(_answer(question)))
    sys.stdout.flush()
    return 0


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    from keyring.errors import InitError, KeyringError, KeyringLocked  # noqa: PLC0415 - only the child pays for it

    os.environ.pop("PYTHON_KEYRING_BACKEND", None)
    name, backend = _choose_backend(question["prefer"])
    if backend is None:
        return {"trouble": "none", "backend": ""}
    try:
        values = [_perform(backend, *operation) for operation in question["operations"]]
    except KeyringLocked:
        return {"trouble": "locked", "backend": name}
    except InitError:
        return {"trouble": "not open", "backend": name}
    except KeyringError:
        return {"trouble": "refused", "backend": name}
    return {"values": values, "backend": name}


def _choose_backend(prefer: str) -> "tuple[str, KeyringBackend | None]":
    usable: list[tuple[bool, float, str, KeyringBackend]] = []
    for name, (module, attribute) in _BACKENDS.items():
        try:
            kind = getattr(import_module(module), attribute)
        except ImportError:
            continue
        if kind.viable:
            usable.append((name == prefer, float(kind.priority), name, kind()))
    if not usable:
        return "", None
    _, _, name, backend = max(usable, key=lambda entry: entry[:3])
    if name == "WinVault":
        # The default would let the secret roam to other computers of the domain.
        backend.persist = "local machine"  # type: ignore[attr-defined]  # only the Windows backend has it
    return name, backend


def _perform(backend: "KeyringBackend", verb: str, account: str, value: str = "") -> str | None:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - only the child pays for it

    if verb == "get":
        return backend.get_password(_SERVICE, account)
    if verb == "set":
        backend.set_password(_SERVICE, account, value)
        return None
    try:
        backend.delete_password(_SERVICE, account)
    except PasswordDeleteError:
        return None
    return None


if __name__ == "__main__":
    sys.exit(serve())
