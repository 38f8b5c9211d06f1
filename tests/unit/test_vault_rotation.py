"""Changing passphrase, recovery code and keys of an open vault."""

from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import DatabaseDamaged, HeaderDamaged, PassphraseTooWeak, WrongSecret
from liaison_desk.vault.backup import make_backup
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.header import HEADER_NAME, SPARE_NAME
from liaison_desk.vault.opening import CreatedVault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.rewrapping import change_passphrase, renew_recovery_code
from liaison_desk.vault.rotation import rotate_keys
from liaison_desk.vault.slots import SlotType
from liaison_desk.vault.tombstones import read_tombstones, write_tombstones
from liaison_desk.vault.vault import Vault
from tests.vault_material import ANCHOR, CLOCK, OTHER_WORDS, WORDS, count_people, make_vault, reopen

_SEARCH_TABLES = """
CREATE TABLE document (id TEXT PRIMARY KEY, body TEXT) ;
CREATE TABLE numbered (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT) ;
CREATE TABLE keyed (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID ;
CREATE VIRTUAL TABLE external USING fts5 (body, content = 'document') ;
CREATE VIRTUAL TABLE contentless USING fts5 (body, content = '', contentless_delete = 1) ;
CREATE INDEX by_body ON document (body) ;
CREATE VIEW shown AS SELECT id FROM document ;
CREATE TRIGGER kept AFTER INSERT ON document BEGIN
    INSERT INTO external (rowid, body) VALUES (new.rowid, new.body) ;
    INSERT INTO contentless (rowid, body) VALUES (new.rowid, new.body) ;
END
"""


def _add_search_tables(vault: Vault) -> None:
    with closing(vault.connect()) as connection:
        connection.executescript(_SEARCH_TABLES)
        connection.execute("PRAGMA user_version = 42")
        for number in range(500):
            connection.execute("INSERT INTO document VALUES (?, ?)", (f"d{number}", f"word{number} hoxha"))
            connection.execute("INSERT INTO numbered (body) VALUES ('n')")
            connection.execute("INSERT INTO keyed VALUES (?, 'k')", (f"k{number}",))
        # Gaps: row ids that a copy by statements would number anew.
        connection.execute(
            "INSERT INTO external (external, rowid, body) VALUES ('delete', 100, 'word99 hoxha')"
        )
        connection.execute("DELETE FROM contentless WHERE rowid = 100")
        connection.execute("DELETE FROM document WHERE id = 'd99'")
        connection.execute("DELETE FROM numbered WHERE number > 490")


def _search(vault: Vault) -> list[object]:
    with closing(vault.connect()) as connection:
        connection.execute("INSERT INTO external (external) VALUES ('integrity-check')")
        return [
            connection.execute(statement).fetchall()
            for statement in (
                "SELECT rowid, body FROM external WHERE external MATCH 'word4*'",
                "SELECT rowid FROM contentless WHERE contentless MATCH 'word49*'",
                "SELECT rowid, id FROM document",
                "SELECT * FROM sqlite_sequence",
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
                "SELECT count(*) FROM keyed",
                "PRAGMA user_version",
                "PRAGMA application_id",
            )
        ]


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> CreatedVault:
    return make_vault(tmp_path / "vault")


def test_changed_passphrase_opens_instead_of_the_old(made: CreatedVault) -> None:
    """After a change the new passphrase opens, the old one does not, the recovery code stays."""
    before = made.vault.database.read_bytes()
    change = change_passphrase(made.vault, Passphrase(WORDS), Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    assert (SlotType.PASSPHRASE, 2, True, None) == (
        change.unlocked_by,
        change.generation,
        change.settled,
        change.recovery_code,
    )
    made.vault.close()
    with pytest.raises(WrongSecret):
        reopen(made.vault.folder, Passphrase(WORDS))
    for secret in (Passphrase(OTHER_WORDS), made.recovery_code):
        vault = reopen(made.vault.folder, secret)
        assert 100 == count_people(vault)
        vault.close()
    assert before[:16] == made.vault.database.read_bytes()[:16]
    assert (made.vault.folder / HEADER_NAME).read_bytes() == (made.vault.folder / SPARE_NAME).read_bytes()


def test_change_needs_a_secret_although_the_vault_is_open(made: CreatedVault) -> None:
    """A wrong old passphrase or a weak new one changes nothing."""
    raw = (made.vault.folder / HEADER_NAME).read_bytes()
    for old, new, refusal in (
        (OTHER_WORDS, OTHER_WORDS, WrongSecret),
        (WORDS, "short", PassphraseTooWeak),
    ):
        with pytest.raises(refusal):
            change_passphrase(made.vault, Passphrase(old), Passphrase(new), kdf=FAST, clock=CLOCK)
    with pytest.raises(WrongSecret):
        renew_recovery_code(made.vault, Passphrase(OTHER_WORDS), clock=CLOCK)
    with pytest.raises(WrongSecret):
        rotate_keys(made.vault, Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    assert raw == (made.vault.folder / HEADER_NAME).read_bytes()
    made.vault.close()


def test_forgotten_passphrase_is_replaced_by_the_recovery_code(made: CreatedVault) -> None:
    """Opened by recovery code, a vault gets a new passphrase and then a new code."""
    made.vault.close()
    vault = reopen(made.vault.folder, made.recovery_code)
    change = change_passphrase(vault, made.recovery_code, Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
    assert SlotType.RECOVERY is change.unlocked_by
    renewed = renew_recovery_code(vault, Passphrase(OTHER_WORDS), clock=CLOCK)
    vault.close()
    with pytest.raises(WrongSecret):
        reopen(made.vault.folder, made.recovery_code)
    assert renewed.recovery_code is not None
    for secret in (Passphrase(OTHER_WORDS), renewed.recovery_code):
        reopen(made.vault.folder, secret).close()


def test_rotation_keeps_everything(made: CreatedVault) -> None:
    """After a rotation every row, row id, search table, trigger and sequence is what it was."""
    _add_search_tables(made.vault)
    before = _search(made.vault)
    seen: list[tuple[int, int]] = []
    old = made.vault.database
    change = rotate_keys(
        made.vault,
        Passphrase(WORDS),
        kdf=FAST,
        clock=CLOCK,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert before == _search(made.vault)
    assert ("vault-000002.db", False) == (made.vault.database.name, old.exists())
    assert seen
    assert seen[-1][0] == seen[-1][1]
    made.vault.close([ANCHOR])
    assert change.recovery_code is not None
    for secret in (Passphrase(WORDS), change.recovery_code):
        vault = reopen(made.vault.folder, secret)
        vault.check()
        assert (before, (ANCHOR,)) == (_search(vault), vault.anchors)
        vault.close()
    with pytest.raises(WrongSecret):
        reopen(made.vault.folder, made.recovery_code)


def test_old_keys_open_nothing_after_rotation(made: CreatedVault) -> None:
    """An older header put back does not open the new database, even under the old name."""
    made.vault.close()
    raw = (made.vault.folder / HEADER_NAME).read_bytes()
    vault = reopen(made.vault.folder, Passphrase(WORDS))
    rotate_keys(vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    vault.close()
    (made.vault.folder / HEADER_NAME).write_bytes(raw)
    vault.database.rename(made.vault.database)
    with pytest.raises(DatabaseDamaged):
        reopen(made.vault.folder, Passphrase(WORDS))


def test_damaged_database_is_not_rotated(made: CreatedVault) -> None:
    """Rotation checks before it copies; a damaged vault stays as it is."""
    made.vault.close()
    whole = bytearray(made.vault.database.read_bytes())
    whole[5 * 4096 + 100] ^= 1
    made.vault.database.write_bytes(whole)
    vault = reopen(made.vault.folder, Passphrase(WORDS))
    with pytest.raises(DatabaseDamaged):
        rotate_keys(vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    assert ["vault-000001.db"] == [path.name for path in vault.folder.glob("vault-*.db")]
    vault.close()


class _CancelledError(Exception):
    pass


def test_cancelled_rotation_leaves_the_old_vault(made: CreatedVault) -> None:
    """An exception from the progress callback ends the rotation; old keys hold and no file is left."""

    def cancel(_done: int, _total: int) -> None:
        raise _CancelledError

    with pytest.raises(_CancelledError):
        rotate_keys(made.vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK, progress=cancel)
    assert ["vault-000001.db"] == [path.name for path in made.vault.folder.glob("vault-*")]
    assert (100, 1) == (count_people(made.vault), made.vault.generation)
    made.vault.close()
    reopen(made.vault.folder, made.recovery_code).close()


def test_tombstones_survive_rotations(made: CreatedVault) -> None:
    """The list of erased records can be read and added to after each rotation, and only grows."""
    backups = made.vault.folder / "backups"
    assert () == read_tombstones(backups, made.vault)
    expected: list[str] = []
    for number in range(3):
        write_tombstones(made.vault, [f"id-{number}"])
        expected.append(f"id-{number}")
        rotate_keys(made.vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
        assert tuple(expected) == read_tombstones(backups, made.vault)
    make_backup(made.vault, backups, "later", [])
    made.vault.close()
    vault = reopen(made.vault.folder, Passphrase(WORDS))
    assert tuple(expected) == read_tombstones(backups, vault)
    vault.close()


def test_stolen_slots_do_not_fit_another_vault(made: CreatedVault, tmp_path: Path) -> None:
    """The header of one vault does not open the database of another, even with the same passphrase."""
    made.vault.close()
    other = make_vault(tmp_path / "other").vault
    other.close()
    for name in (HEADER_NAME, SPARE_NAME):
        (made.vault.folder / name).write_bytes((other.folder / name).read_bytes())
    with pytest.raises((DatabaseDamaged, HeaderDamaged)):
        reopen(made.vault.folder, Passphrase(WORDS))
