"""The keyring from outside: children that answer wrongly, late or not at all, and no keyring to be found."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    KeychainEntryLost,
    KeychainError,
    KeychainSilent,
    KeychainUnavailable,
    KeychainUnfaithful,
)
from liaison_desk.keychain import Keychain

_VAULT = "ab" * 16
_SLOT = "cd" * 8
_SECRET = bytes(range(32))

_FORGETFUL = """
import json, sys
question = json.load(sys.stdin)
print(json.dumps({"values": [None for _ in question["operations"]], "backend": "KWallet"}))
"""


def _keychain(program: str, seconds: float = 20.0) -> Keychain:
    return Keychain(seconds=seconds, command=[sys.executable, "-c", program])


def test_silent_keyring_is_given_up(tmp_path: Path) -> None:
    """A keyring that never answers costs its time limit; its child is gone afterwards."""
    note = tmp_path / "pid"
    program = f"import os, signal; open({str(note)!r}, 'w').write(str(os.getpid())); signal.pause()"
    started = time.monotonic()
    with pytest.raises(KeychainSilent) as refused:
        _keychain(program, seconds=2.0).backend()
    assert {"seconds": 2.0} == refused.value.facts
    assert time.monotonic() - started < 15
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text(encoding="ascii")), 0)


def test_forgetful_keyring_is_unfaithful() -> None:
    """A keyring that takes a secret and does not give it back is not trusted with it."""
    keychain = _keychain(_FORGETFUL)
    with pytest.raises(KeychainUnfaithful) as refused:
        keychain.store_secret(_VAULT, _SLOT, _SECRET)
    assert {"backend": "KWallet"} == refused.value.facts
    with pytest.raises(KeychainEntryLost) as lost:
        keychain.read_secret(_VAULT, _SLOT, expected_backend="SecretService")
    assert {"backend": "KWallet", "expected": "SecretService"} == lost.value.facts


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('no json')",
        "print('[]')",
        "print('{}')",
        "print('7')",
        'print(\'{"values": 3, "backend": "x"}\')',
        "import os; os.abort()",
        "print('x' * 1_000_000)",
    ],
)
def test_broken_child_is_no_keyring(program: str) -> None:
    """Whatever a child prints instead of an answer, the keyring counts as not there."""
    with pytest.raises(KeychainUnavailable):
        _keychain(program).backend()


def test_missing_child_is_no_keyring(tmp_path: Path) -> None:
    """A program that cannot be started is reported as such."""
    with pytest.raises(KeychainUnavailable) as refused:
        Keychain(command=[str(tmp_path / "nothing")]).backend()
    assert {"reason": "no child", "backend": ""} == refused.value.facts


@pytest.mark.parametrize(
    "backend",
    [
        "",
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
    ],
)
def test_no_keyring_is_no_keyring(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """Without a bus there is none, whatever backend the environment names instead."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    keychain = Keychain()
    for attempt in (
        keychain.backend,
        lambda: keychain.store_secret(_VAULT, _SLOT, _SECRET),
        lambda: keychain.read_secret(_VAULT, _SLOT, expected_backend="KWallet"),
    ):
        with pytest.raises(KeychainUnavailable) as refused:
            attempt()
        assert {"reason": "none", "backend": ""} == refused.value.facts


def test_configured_backend_is_not_believed(monkeypatch: pytest.MonkeyPatch, own_places: Path) -> None:
    """A configuration file that names the null backend changes nothing."""
    folder = own_places / "config" / "python_keyring"
    folder.mkdir()
    (folder / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n", encoding="utf-8"
    )
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    with pytest.raises(KeychainError):
        Keychain().store_secret(_VAULT, _SLOT, _SECRET)


def test_secret_is_not_in_the_arguments() -> None:
    """The child gets its question on standard input; arguments and environment hold nothing of it."""
    program = (
        "import json, os, sys; value = json.load(sys.stdin)['operations'][0][2]; "
        "leaked = value in str(sys.argv) + str(dict(os.environ)); "
        "print(json.dumps({'values': [None, value], 'backend': str(leaked)}))"
    )
    assert "False" == _keychain(program).store_secret(_VAULT, _SLOT, _SECRET)


def test_child_answers_one_question() -> None:
    """The module itself is the child: JSON in, JSON out, nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "liaison_desk.keychain"],
        input=json.dumps({"prefer": "", "operations": []}),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"},
    )
    assert {"trouble": "none", "backend": ""} == json.loads(done.stdout)
