"""The keyring from inside: a real gnome-keyring on a bus of its own, and vaults that need it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import secretstorage

from liaison_desk.domain.errors import (
    KeychainEntryLost,
    KeychainUnavailable,
    RolledBack,
    WrongSecret,
)
from liaison_desk.keychain import Keychain
from liaison_desk.vault.backup import make_backup
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.header import HEADER_NAME, SPARE_NAME
from liaison_desk.vault.opening import CreatedVault, create_vault, open_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.restore import restore_backup
from liaison_desk.vault.rewrapping import (
    change_passphrase,
    drop_keyring_slot,
    renew_recovery_code,
    set_keyring_slot,
)
from liaison_desk.vault.rotation import rotate_keys
from liaison_desk.vault.slots import SlotType
from liaison_desk.vault.unlocking import Secret
from liaison_desk.vault.vault import Vault
from tests.vault_material import ANCHOR, BALLAST, CLOCK, OTHER_WORDS, WORDS, make_vault, reopen

pytestmark = pytest.mark.keyring

_VAULT = "ab" * 16
_SLOT = "cd" * 8
_SECRET = bytes(range(32))
_DAEMON = (
    'echo "$DBUS_SESSION_BUS_ADDRESS"; '
    "printf keyring | exec gnome-keyring-daemon --unlock --components=secrets --foreground"
)


@contextmanager
def _session() -> Iterator[str]:
    """Run an unlocked keyring on a bus of its own; yield the address of the bus."""
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt-get install dbus gnome-keyring")
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "HOME": place, "XDG_DATA_HOME": place, "XDG_RUNTIME_DIR": place}
        with subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", _DAEMON],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            start_new_session=True,
        ) as session:
            assert session.stdout is not None
            try:
                yield session.stdout.readline().strip()
            finally:
                os.killpg(session.pid, signal.SIGTERM)


@pytest.fixture(name="bus", scope="module")
def _bus() -> Iterator[str]:
    with _session() as address:
        yield address


@pytest.fixture(name="keychain")
def _keychain(bus: str, monkeypatch: pytest.MonkeyPatch) -> Keychain:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    return _ready_keychain()


def _ready_keychain() -> Keychain:
    keychain = Keychain()
    give_up = time.monotonic() + 60
    while True:
        try:
            keychain.store_secret("ready", _SLOT, _SECRET)
        except KeychainUnavailable:
            if time.monotonic() > give_up:
                raise
        else:
            return keychain


@pytest.fixture(name="made")
def _made(tmp_path: Path, keychain: Keychain) -> CreatedVault:
    return create_vault(
        tmp_path / "vault", Passphrase(WORDS), kdf=FAST, clock=CLOCK, keychain=keychain, ballast=BALLAST
    )


def _open(folder: Path, secret: Secret, keychain: Keychain, *, accept_rollback: bool = False) -> Vault:
    return open_vault(folder, secret, keychain=keychain, accept_rollback=accept_rollback, ballast=BALLAST)


def test_secret_is_kept_until_it_is_forgotten(keychain: Keychain) -> None:
    """What was stored comes back with backend and generation, and is gone after forgetting it twice."""
    assert "SecretService" == keychain.store_secret(_VAULT, _SLOT, _SECRET)
    keychain.remember_generation(_VAULT, 12)
    entry = keychain.read_secret(_VAULT, _SLOT, expected_backend="SecretService")
    assert (_SECRET, "SecretService", 12) == (entry.secret, entry.backend, entry.generation)
    assert (12, None) == (keychain.last_generation(_VAULT), keychain.last_generation("other"))
    keychain.forget_secret(_VAULT, _SLOT)
    keychain.forget_secret(_VAULT, _SLOT)
    with pytest.raises(KeychainEntryLost) as lost:
        keychain.read_secret(_VAULT, _SLOT, expected_backend="KWallet")
    assert {"backend": "SecretService", "expected": "KWallet"} == lost.value.facts


def test_environment_cannot_choose_the_backend(keychain: Keychain, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the null backend named by the environment the real keyring still gets the secret."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert "SecretService" == keychain.store_secret(_VAULT, _SLOT, _SECRET)
    assert _SECRET == keychain.read_secret(_VAULT, _SLOT, expected_backend="SecretService").secret


def test_vault_opens_with_passphrase_and_keyring_together(made: CreatedVault, keychain: Keychain) -> None:
    """Neither the passphrase nor the keyring alone opens; the recovery code always does."""
    folder = made.vault.folder
    made.vault.close()
    vault = _open(folder, Passphrase(WORDS), keychain)
    assert SlotType.PASSPHRASE_KEYRING is vault.unlocked_by
    vault.close()
    with pytest.raises(KeychainUnavailable) as refused:
        reopen(folder, Passphrase(WORDS))
    assert {"reason": "not used", "backend": "SecretService"} == refused.value.facts
    with pytest.raises(WrongSecret):
        _open(folder, Passphrase(OTHER_WORDS), keychain)
    vault = reopen(folder, made.recovery_code)
    assert SlotType.RECOVERY is vault.unlocked_by
    vault.close()


def test_lost_or_changed_entry_is_told_from_a_wrong_passphrase(
    made: CreatedVault, keychain: Keychain
) -> None:
    """A secret that is gone or another is named as such; after recovery the keyring is enrolled anew."""
    folder, slot = made.vault.folder, made.vault.header.slots[0]
    made.vault.close()
    keychain.store_secret(made.vault.vault_id, slot.id, bytes(32))
    with pytest.raises(KeychainEntryLost):
        _open(folder, Passphrase(WORDS), keychain)
    keychain.forget_secret(made.vault.vault_id, slot.id)
    with pytest.raises(KeychainEntryLost):
        _open(folder, Passphrase(WORDS), keychain)
    vault = _open(folder, made.recovery_code, keychain)
    change = set_keyring_slot(vault, made.recovery_code, Passphrase(WORDS), keychain, kdf=FAST, clock=CLOCK)
    vault.close()
    assert SlotType.RECOVERY is change.unlocked_by
    _open(folder, Passphrase(WORDS), keychain).close()


def test_dead_bus_leaves_the_recovery_code(
    made: CreatedVault, keychain: Keychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a bus the passphrase waits for the keyring, and the recovery code opens."""
    made.vault.close()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    with pytest.raises(KeychainUnavailable):
        _open(made.vault.folder, Passphrase(WORDS), keychain)
    _open(made.vault.folder, made.recovery_code, keychain).close()


def test_locked_keyring_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked keyring that nobody can unlock is named as locked, and the recovery code opens."""
    with _session() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        keychain = _ready_keychain()
        vault = make_vault(tmp_path / "vault").vault
        set_keyring_slot(vault, Passphrase(WORDS), Passphrase(WORDS), keychain, kdf=FAST, clock=CLOCK)
        code = renew_recovery_code(vault, Passphrase(WORDS), clock=CLOCK).recovery_code
        vault.close()
        with closing(secretstorage.dbus_init()) as connection:
            secretstorage.get_default_collection(connection).lock()
        with pytest.raises(KeychainUnavailable) as refused:
            _open(vault.folder, Passphrase(WORDS), keychain)
        assert {"reason": "locked", "backend": "SecretService"} == refused.value.facts
        assert code is not None
        _open(vault.folder, code, keychain).close()


def test_older_folder_is_noticed(made: CreatedVault, keychain: Keychain) -> None:
    """A header from before the last closing is refused by its generation, unless the user accepts it."""
    folder = made.vault.folder
    old = (folder / HEADER_NAME).read_bytes()
    made.vault.close([ANCHOR])
    for name in (HEADER_NAME, SPARE_NAME):
        (folder / name).write_bytes(old)
    with pytest.raises(RolledBack) as refused:
        _open(folder, Passphrase(WORDS), keychain)
    assert {"found": 1, "expected": 2} == refused.value.facts
    _open(folder, Passphrase(WORDS), keychain, accept_rollback=True).close()
    _open(folder, Passphrase(WORDS), keychain).close()


def test_keyring_follows_every_change(made: CreatedVault, keychain: Keychain) -> None:
    """Passphrase change and rotation keep the keyring part, with a fresh secret and the old one removed."""
    vault = made.vault
    first = vault.header.slots[0]
    change_passphrase(vault, Passphrase(WORDS), Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    second = vault.header.slots[0]
    rotate_keys(vault, Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    for gone in (first, second):
        with pytest.raises(KeychainEntryLost):
            keychain.read_secret(vault.vault_id, gone.id, expected_backend="SecretService")
    assert vault.generation == keychain.last_generation(vault.vault_id)
    vault.close()
    vault = _open(vault.folder, Passphrase(OTHER_WORDS), keychain)
    drop_keyring_slot(vault, Passphrase(OTHER_WORDS), Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    vault.close()
    vault = reopen(vault.folder, Passphrase(OTHER_WORDS))
    assert SlotType.PASSPHRASE is vault.unlocked_by
    vault.close()


def test_plain_vault_takes_up_the_keyring(tmp_path: Path, keychain: Keychain) -> None:
    """A vault made without a keyring gets one later."""
    vault = make_vault(tmp_path / "plain").vault
    set_keyring_slot(vault, Passphrase(WORDS), Passphrase(WORDS), keychain, kdf=FAST, clock=CLOCK)
    vault.close()
    with pytest.raises(KeychainUnavailable):
        reopen(vault.folder, Passphrase(WORDS))
    _open(vault.folder, Passphrase(WORDS), keychain).close()


def test_restored_vault_is_no_rollback(made: CreatedVault, keychain: Keychain, tmp_path: Path) -> None:
    """A restore with the keyring at hand continues its generations, so the vault opens as usual."""
    info = make_backup(made.vault, made.vault.folder / "backups", "one", [])
    made.vault.close([ANCHOR])
    target = tmp_path / "restored"
    restored = restore_backup(info.path, target, Passphrase(WORDS), keychain=keychain)
    assert 3 == restored.generation
    _open(target, Passphrase(WORDS), keychain).close()
