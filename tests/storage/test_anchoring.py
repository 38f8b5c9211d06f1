"""Anchors: what has left the desk tells whether the journal was cut or rewritten since."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    AnchorMissing,
    AnchorUnreadable,
    FileDamaged,
    FileProtected,
    LiaisonError,
    StorageFailed,
)
from liaison_desk.exports.office_encryption import decrypt, encrypt
from liaison_desk.services.anchoring import read_anchors, verify_log
from liaison_desk.services.backing_up import back_up
from liaison_desk.services.delivering import deliver, queue_backup
from liaison_desk.services.targets import Goods, add_folder_target
from liaison_desk.storage.journal import Head
from tests.export_samples import FEW_ROUNDS, ExportBench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return a desk with one request."""
    made = ExportBench(tmp_path / "vault")
    made.add_request("Vehicle check")
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder that files are delivered to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def head_of(bench: ExportBench) -> Head:
    """Return the journal's head."""
    return bench.desk.store.heads()[0]


def cut_tail(bench: ExportBench, keep: int) -> None:
    """Remove the newest batches, as somebody with the vault's keys would; the chain alone still verifies."""
    with closing(bench.desk.vault.connect()) as connection:
        connection.execute("DELETE FROM line WHERE batch_number > ?", (keep,))
        connection.execute("DELETE FROM batch WHERE number > ?", (keep,))


def test_workbook_anchors(bench: ExportBench, out: Path) -> None:
    """A workbook tells the head, encrypted or not, and the journal is verified against it."""
    head = head_of(bench)
    done = bench.export(out)
    deliver(bench.desk)
    file = out / done.file_name
    assert (head,) == read_anchors(file, done.password)
    plain = out / "plain.xlsx"
    plain.write_bytes(decrypt(file.read_bytes(), done.password))
    assert (head,) == read_anchors(plain)
    report = verify_log(bench.desk, file, done.password)
    assert head_of(bench) == report.heads[0]


def test_cut_tail_is_found_by_the_workbook(bench: ExportBench, out: Path) -> None:
    """A tail cut off passes the chain alone and not the file that the supervisor has."""
    done = bench.export(out)
    deliver(bench.desk)
    cut_tail(bench, head_of(bench).sequence - 2)
    verify_log(bench.desk)
    with pytest.raises(AnchorMissing):
        verify_log(bench.desk, out / done.file_name, done.password)


def test_backups_and_headers_anchor(bench: ExportBench, out: Path) -> None:
    """A backup's folder, the backup as one file and a header tell the heads recorded in the header."""
    add_folder_target(bench.desk, "stick", out, takes=(Goods.BACKUPS,))
    made = back_up(bench.desk)
    head = head_of(bench)
    queue_backup(bench.desk, made.path)
    deliver(bench.desk)
    packed = next(path for path in out.iterdir() if path.suffix == ".ldbackup")
    for path in (made.path, made.path / "vault.hdr", packed, bench.folder):
        assert (head,) == read_anchors(path), path.name
        verify_log(bench.desk, path)


def test_other_desk_is_no_anchor(bench: ExportBench, tmp_path: Path) -> None:
    """The anchor of another desk is told as missing."""
    other = ExportBench(tmp_path / "other")
    other.close()
    with pytest.raises(AnchorMissing):
        verify_log(bench.desk, tmp_path / "other")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", AnchorUnreadable),
        (b"hello", AnchorUnreadable),
        (b"{}" * 400, AnchorUnreadable),
        (b"x" * 100_000, AnchorUnreadable),
        (b"PK\x03\x04 no package", FileDamaged),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000), LiaisonError),
    ],
    ids=["empty", "text", "json", "large", "zip", "container"],
)
def test_foreign_files_are_told(tmp_path: Path, content: bytes, error: type[LiaisonError]) -> None:
    """What is no file of the desk is refused in its own words."""
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(error):
        read_anchors(file)


def test_missing_file_and_folder_without_header(tmp_path: Path) -> None:
    """A file that is not there is told by the system's reason, a foreign folder as unreadable."""
    with pytest.raises(StorageFailed):
        read_anchors(tmp_path / "missing.xlsx")
    with pytest.raises(AnchorUnreadable):
        read_anchors(tmp_path)


def test_wrong_password_and_foreign_workbook(bench: ExportBench, out: Path) -> None:
    """Without its password a workbook is protected; one without the properties holds no anchor."""
    done = bench.export(out)
    deliver(bench.desk)
    for password in (None, "", "wrong"):
        with pytest.raises(FileProtected):
            read_anchors(out / done.file_name, password)
    plain = decrypt((out / done.file_name).read_bytes(), done.password)
    foreign = out / "foreign.xlsx"
    foreign.write_bytes(encrypt(without_anchor(plain), "pw", FEW_ROUNDS))
    with pytest.raises(AnchorUnreadable):
        read_anchors(foreign, "pw")


def without_anchor(workbook: bytes) -> bytes:
    """Return the workbook with its anchor's properties renamed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"LD_", b"XX_"))
    return changed.getvalue()
