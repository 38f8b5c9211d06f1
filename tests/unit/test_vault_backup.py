"""Backups: made, checked, packed, restored; and everything that must stop a restore."""

import io
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    BackupUnusable,
    BlobDamaged,
    RestoreTargetOccupied,
    StorageFailed,
    WrongSecret,
)
from liaison_desk.vault.archive import pack_backup
from liaison_desk.vault.backup import BackupInfo, list_backups, make_backup
from liaison_desk.vault.blobs import SealedBlob, open_blob, seal
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.opening import CreatedVault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.restore import restore_backup
from liaison_desk.vault.rotation import rotate_keys
from liaison_desk.vault.tombstones import read_tombstones, write_tombstones
from tests.vault_material import ANCHOR, CLOCK, WORDS, count_people, make_vault, reopen

_BLOB = "0192f000-0000-7000-8000-000000000001"
_STAMP = "2026-11-24T093000Z"


class _Material:
    """A vault with one blob and one backup, open."""

    def __init__(self, folder: Path) -> None:
        self.made: CreatedVault = make_vault(folder / "vault")
        self.vault = self.made.vault
        self.backups = self.vault.folder / "backups"
        self.blob: SealedBlob = seal(io.BytesIO(b"scan" * 5000), self.vault.folder / "blobs", _BLOB)
        self.info: BackupInfo = make_backup(self.vault, self.backups, _STAMP, [_BLOB])
        self.packed = folder / "packed.tar"

    def pack(self) -> Path:
        with pack_backup(self.info.path) as stream, self.packed.open("wb") as file:
            while piece := stream.read(10_000):
                file.write(piece)
            assert stream.size == file.tell()
        return self.packed


@pytest.fixture(name="material")
def _material(tmp_path: Path) -> _Material:
    return _Material(tmp_path)


def test_backup_holds_everything_sealed(material: _Material) -> None:
    """A backup names its files, shares the blob with the vault, and shows nothing in clear."""
    info = material.info
    names = {path.relative_to(info.path).as_posix() for path in info.path.rglob("*") if path.is_file()}
    assert {"manifest.json", "vault.hdr", "vault.db", "tombstones", f"blobs/{_BLOB}"} == names
    assert (4, ()) == (info.files, info.removed)
    assert (info.path / "blobs" / _BLOB).samefile(material.vault.folder / "blobs" / _BLOB)
    content = b"".join(path.read_bytes() for path in info.path.rglob("*") if path.is_file())
    assert not any(word in content for word in (b"Canary", b"SQLite format 3", b"scanscan"))
    assert material.vault.database.read_bytes()[:16] != (info.path / "vault.db").read_bytes()[:16]
    material.vault.close()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("with_code", [False, True])
def test_restored_vault_is_the_vault(
    material: _Material, tmp_path: Path, *, packed: bool, with_code: bool
) -> None:
    """From folder or packed file, by passphrase or recovery code, rows and blobs come back."""
    source = material.pack() if packed else material.info.path
    with closing(material.vault.connect()) as connection:
        connection.execute("DELETE FROM person")
    material.vault.close([ANCHOR])
    target = tmp_path / "new" / "restored"
    secret = material.made.recovery_code if with_code else Passphrase(WORDS)
    restored = restore_backup(source, target, secret)
    assert (material.vault.vault_id, _STAMP, 2) == (restored.vault_id, restored.stamp, restored.generation)
    vault = reopen(target, Passphrase(WORDS))
    vault.check()
    assert (100, 2) == (count_people(vault), vault.generation)
    assert b"scan" * 5000 == open_blob(target / "blobs", material.blob).read()
    vault.close()
    assert ["restored"] == [path.name for path in target.parent.iterdir()]
    assert {0o600} == {path.stat().st_mode & 0o777 for path in target.rglob("*") if path.is_file()}


def test_backup_works_while_others_write(material: _Material, tmp_path: Path) -> None:
    """A backup made beside an open transaction holds the last commit."""
    with closing(material.vault.connect()) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM person")
        info = make_backup(material.vault, material.backups, "while", [])
        connection.rollback()
    material.vault.close()
    restore_backup(info.path, tmp_path / "restored", Passphrase(WORDS))
    vault = reopen(tmp_path / "restored", Passphrase(WORDS))
    assert 100 == count_people(vault)
    vault.close()


def test_older_backups_go_after_the_new_one_is_proven(material: _Material) -> None:
    """Of many backups the newest stay, also when the clock was set back; a failed one removes none."""
    stamps = ["2026-11-25", "2026-11-26", "2024-01-01"]
    removed = [make_backup(material.vault, material.backups, stamp, [], keep=2).removed for stamp in stamps]
    assert [(), (_STAMP,), ("2026-11-25",)] == removed
    with pytest.raises(BlobDamaged):
        make_backup(material.vault, material.backups, "2026-11-27", ["0192f000-missing"], keep=1)
    assert {"2026-11-26", "2024-01-01"} == {manifest.stamp for manifest in list_backups(material.backups)}
    assert {"2026-11-26", "2024-01-01", "tombstones"} == {path.name for path in material.backups.iterdir()}
    material.vault.close()


def test_stamp_is_used_once_and_stays_in_the_folder(material: _Material) -> None:
    """A stamp that is taken is refused; one that is a path is a mistake of the program."""
    with pytest.raises(StorageFailed):
        make_backup(material.vault, material.backups, _STAMP, [])
    for stamp in ("", "..", "../x", "a/b", ".new-1"):
        with pytest.raises(ValueError, match="stamp"):
            make_backup(material.vault, material.backups, stamp, [])
    material.vault.close()


def test_restore_never_writes_over_anything(material: _Material, tmp_path: Path) -> None:
    """A target with anything in it is refused and stays; an empty folder is taken."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "letter.txt").write_text("mine", encoding="utf-8")
    for occupied in (target, target / "letter.txt", material.vault.folder):
        with pytest.raises(RestoreTargetOccupied):
            restore_backup(material.info.path, occupied, Passphrase(WORDS))
    assert ["letter.txt"] == [path.name for path in target.iterdir()]
    (target / "letter.txt").unlink()
    material.vault.close()
    restore_backup(material.info.path, target, Passphrase(WORDS))
    reopen(target, Passphrase(WORDS)).close()


def test_wrong_secret_restores_nothing(material: _Material, tmp_path: Path) -> None:
    """A wrong passphrase is told from a damaged backup and leaves nothing behind."""
    material.vault.close()
    with pytest.raises(WrongSecret):
        restore_backup(material.info.path, tmp_path / "r", Passphrase("not the passphrase"))
    assert {"vault"} == {path.name for path in tmp_path.iterdir()}


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.unlink()  # a blob is shared with the vault
    path.write_bytes(content)


_DAMAGES: dict[str, Callable[[Path], object]] = {
    "manifest flipped": lambda backup: _flip(backup / "manifest.json", 40),
    "manifest missing": lambda backup: (backup / "manifest.json").unlink(),
    "header flipped": lambda backup: _flip(backup / "vault.hdr", 40),
    "header missing": lambda backup: (backup / "vault.hdr").unlink(),
    "database flipped": lambda backup: _flip(backup / "vault.db", 9000),
    "database missing": lambda backup: (backup / "vault.db").unlink(),
    "database empty": lambda backup: (backup / "vault.db").write_bytes(b""),
    "database longer": lambda backup: (backup / "vault.db").open("ab").write(b"more"),
    "blob flipped": lambda backup: _flip(backup / "blobs" / _BLOB, 100),
    "blob missing": lambda backup: (backup / "blobs" / _BLOB).unlink(),
    "tombstones flipped": lambda backup: _flip(backup / "tombstones", 10),
    "blob is a link": lambda backup: _link(backup / "blobs" / _BLOB),
}


def _link(path: Path) -> None:
    moved = path.with_name("elsewhere")
    path.rename(moved)
    path.symlink_to(moved)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", list(_DAMAGES))
def test_damaged_backup_is_unusable(material: _Material, tmp_path: Path, name: str) -> None:
    """Whatever is missing or changed in a backup, nothing is restored and nothing is left."""
    material.vault.close()
    _DAMAGES[name](material.info.path)
    with pytest.raises(BackupUnusable):
        restore_backup(material.info.path, tmp_path / "restored", material.made.recovery_code)
    assert {"vault"} == {path.name for path in tmp_path.iterdir()}


def _hostile_tar(packed: Path, target: Path, change: Callable[[tarfile.TarFile], None]) -> Path:
    with tarfile.open(packed) as old, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        change(new)
    return target


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize(
    "member",
    [
        _member("../outside"),
        _member("/tmp/outside"),  # noqa: S108 - the attack itself
        _member("blobs/../../outside"),
        _member("blobs"),
        _member("vault.hdr"),
        _member("notes.txt"),
        _member("blobs/link", tarfile.SYMTYPE, "/etc/passwd"),
        _member("blobs/hard", tarfile.LNKTYPE, "vault.hdr"),
        _member("blobs/device", tarfile.CHRTYPE),
        _member("blobs/folder", tarfile.DIRTYPE),
    ],
    ids=lambda member: f"{member.name}-{member.type!r}",
)
def test_hostile_archive_is_refused(material: _Material, tmp_path: Path, member: tarfile.TarInfo) -> None:
    """A tar with any member beyond the allowed names, kinds or a name twice is refused whole."""
    material.vault.close()
    hostile = _hostile_tar(material.pack(), tmp_path / "hostile.tar", lambda new: new.addfile(member))
    with pytest.raises(BackupUnusable):
        restore_backup(hostile, tmp_path / "restored", Passphrase(WORDS))
    assert {"vault", "packed.tar", "hostile.tar"} == {path.name for path in tmp_path.iterdir()}


def test_cut_or_foreign_file_is_no_backup(material: _Material, tmp_path: Path) -> None:
    """A packed backup cut anywhere, an empty file and something else are unusable; a missing one fails."""
    material.vault.close()
    whole = material.pack().read_bytes()
    for content in (b"", b"PK\3\4" + bytes(5000), *(whole[: len(whole) * part // 8] for part in range(1, 7))):
        material.packed.write_bytes(content)
        with pytest.raises(BackupUnusable):
            restore_backup(material.packed, tmp_path / "restored", Passphrase(WORDS))
    with pytest.raises(StorageFailed):
        restore_backup(tmp_path / "nowhere", tmp_path / "restored", Passphrase(WORDS))
    assert {"vault", "packed.tar"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("packed", [False, True])
def test_erased_records_are_named_after_a_rotation(
    material: _Material, tmp_path: Path, *, packed: bool
) -> None:
    """A backup from before an erasure and a rotation comes back with the list of what was erased since."""
    write_tombstones(material.vault, ["id-00001"])
    rotate_keys(material.vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    write_tombstones(material.vault, ["id-00002"])
    source = material.pack() if packed else material.info.path
    material.vault.close()
    restored = restore_backup(source, tmp_path / "restored", material.made.recovery_code)
    assert (("id-00001", "id-00002"), True) == (restored.tombstones, restored.tombstones_proven)
    vault = reopen(tmp_path / "restored", Passphrase(WORDS))
    assert ("id-00001", "id-00002") == read_tombstones(tmp_path / "restored" / "backups", vault)
    vault.close()


def test_forged_newer_tombstones_are_not_believed(material: _Material, tmp_path: Path) -> None:
    """A list that cannot be proven erases nothing and is reported."""
    material.vault.close()
    other = make_vault(tmp_path / "other").vault
    write_tombstones(other, ["id-00001"])
    other.close()
    forged = (other.folder / "backups" / "tombstones").read_bytes()
    (material.backups / "tombstones").write_bytes(forged)
    restored = restore_backup(material.info.path, tmp_path / "restored", Passphrase(WORDS))
    assert ((), False) == (restored.tombstones, restored.tombstones_proven)


def test_interrupted_restore_can_be_repeated(material: _Material, tmp_path: Path) -> None:
    """What a killed restore left beside the target is cleared; a foreign folder of that name is not."""
    material.vault.close()
    left = tmp_path / ".restored.restoring"
    left.mkdir()
    (left / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RestoreTargetOccupied):
        restore_backup(material.info.path, tmp_path / "restored", Passphrase(WORDS))
    assert (left / "letter.txt").exists()
    (left / ".new-restoring").touch()
    restore_backup(material.info.path, tmp_path / "restored", Passphrase(WORDS))
    assert not left.exists()
    reopen(tmp_path / "restored", Passphrase(WORDS)).close()
