"""The outbox at work: every file arrives exactly once, whatever the target, the clock or the disk does."""

import json
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    BackupUnusable,
    BlobDamaged,
    DiskFull,
    ExportRefused,
    InvalidValue,
    TargetOccupied,
    TargetUnknown,
    TargetUnreachable,
)
from liaison_desk.services.backing_up import back_up
from liaison_desk.services.delivering import (
    age_of_last_copy,
    deliver,
    list_outbox,
    outgoing_rows,
    queue_backup,
)
from liaison_desk.services.sealing import OUTBOX, seal_stream
from liaison_desk.services.targets import (
    Goods,
    add_folder_target,
    list_targets,
    probe_target,
    remove_target,
)
from liaison_desk.storage.blob_rows import add_blob
from liaison_desk.storage.outbox import add_to_outbox
from liaison_desk.sync.delivery import LONGEST_PAUSE, DeliveryState
from liaison_desk.sync.folder import MARKER
from liaison_desk.vault.archive import open_archive
from liaison_desk.vault.streams import PieceStream
from tests.export_samples import ExportBench

BOTH = (Goods.EXPORTS, Goods.BACKUPS)
DELIVERED, WAITING, REFUSED = DeliveryState.DELIVERED, DeliveryState.WAITING, DeliveryState.REFUSED
MIB = 1 << 20


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return a desk with one request."""
    made = ExportBench(tmp_path / "vault")
    made.add_request("Vehicle check")
    yield made
    made.close()


def make_target(bench: ExportBench, name: str, takes: tuple[Goods, ...] = (Goods.EXPORTS,)) -> Path:
    """Add a folder as a target; return the folder."""
    folder = bench.folder.parent / name
    folder.mkdir()
    add_folder_target(bench.desk, name, folder, takes=takes)
    return folder


def files_in(folder: Path) -> list[str]:
    """Return the delivered files' names."""
    return sorted(path.name for path in folder.iterdir() if path.name != MARKER)


def states(bench: ExportBench) -> dict[str, DeliveryState]:
    """Return the state at each target."""
    return {each.target: each.state for each in list_outbox(bench.desk)}


def queue_bytes(bench: ExportBench, size: int, target: str) -> str:
    """Let a large file wait for a target; return its name."""
    blob = seal_stream(bench.desk, PieceStream(iter([bytes(size)]), size))
    name = f"large-{size}.bin"
    with bench.desk.store.change_housekeeping() as connection:
        add_blob(connection, blob, OUTBOX, "2026-11-24T09:36:00.000000Z")
        rows = outgoing_rows(
            blob, bench.desk.new_id(), Goods.EXPORTS, name, "2026-11-24T09:36:00.000000Z", [target]
        )
        add_to_outbox(connection, rows)
    return name


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond this size, as a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_targets_are_kept(bench: ExportBench) -> None:
    """A target is there after the desk was closed, can be tested, and is gone when removed."""
    folder = make_target(bench, "supervisor", BOTH)
    bench.reopen()
    assert [("supervisor", folder, BOTH, True)] == [
        (entry.name, entry.folder, entry.takes, entry.marked) for entry in list_targets(bench.desk)
    ]
    probe_target(bench.desk, "supervisor")
    assert [] == files_in(folder)
    assert 0 == remove_target(bench.desk, "supervisor")
    assert [] == list_targets(bench.desk)
    with pytest.raises(TargetUnknown):
        probe_target(bench.desk, "supervisor")


def test_unfit_targets_are_refused(bench: ExportBench, tmp_path: Path) -> None:
    """A missing folder, the vault itself, a taken or reserved name and an empty purpose are refused."""
    make_target(bench, "supervisor")
    with pytest.raises(TargetUnreachable):
        add_folder_target(bench.desk, "other", tmp_path / "missing")
    for name, folder, takes in (
        ("other", bench.folder / "blobs", BOTH),
        ("supervisor", tmp_path, BOTH),
        ("folder:x", tmp_path, BOTH),
        (" ", tmp_path, BOTH),
        ("other", tmp_path, ()),
    ):
        with pytest.raises(InvalidValue):
            add_folder_target(bench.desk, name, folder, takes=takes)
    assert ["supervisor"] == [entry.name for entry in list_targets(bench.desk)]


def test_file_arrives_once(bench: ExportBench) -> None:
    """A delivered file is reported once, never sent again, and its sealed copy is destroyed."""
    folder = make_target(bench, "supervisor")
    done = bench.export()
    assert 1 == len(bench.sealed())
    assert [(DELIVERED, 1, "")] == [(each.state, each.attempts, each.reason) for each in deliver(bench.desk)]
    assert [] == deliver(bench.desk, insist=True)
    assert ([done.file_name], []) == (files_in(folder), bench.sealed())
    (folder / done.file_name).unlink()
    assert [] == deliver(bench.desk)
    assert [] == files_in(folder)


def test_sealed_copy_stays_until_all_have_it(bench: ExportBench) -> None:
    """A target that cannot be reached keeps the sealed copy; it gets the file later, the other only once."""
    near, far = make_target(bench, "near"), make_target(bench, "far")
    done = bench.export()
    away = far.rename(far.with_name("unplugged"))
    deliver(bench.desk)
    assert {"near": DELIVERED, "far": WAITING} == states(bench)
    assert ([done.file_name], 1) == (files_in(near), len(bench.sealed()))
    away.rename(far)
    assert [WAITING] == [each.state for each in deliver(bench.desk)]
    bench.wait(LONGEST_PAUSE)
    assert [DELIVERED] == [each.state for each in deliver(bench.desk)]
    assert ([done.file_name], []) == (files_in(far), bench.sealed())


def test_unmounted_share_is_not_taken_for_the_target(bench: ExportBench) -> None:
    """An empty folder without the marker is no target: the file waits."""
    folder = make_target(bench, "share")
    bench.export()
    (folder / MARKER).unlink()
    fared = deliver(bench.desk)
    assert [(WAITING, TargetUnreachable.code)] == [(each.state, each.reason) for each in fared]
    assert [] == files_in(folder)


def test_insisting_waits_for_no_pause(bench: ExportBench) -> None:
    """What the officer asks for is tried at once, at the named target only."""
    folder, other = make_target(bench, "a"), make_target(bench, "b")
    done = bench.export()
    for path in (folder, other):
        (path / MARKER).unlink()
    deliver(bench.desk)
    for path in (folder, other):
        (path / MARKER).touch()
    assert [("a", DELIVERED)] == [(each.target, each.state) for each in deliver(bench.desk, "a", insist=True)]
    assert ([done.file_name], []) == (files_in(folder), files_in(other))
    with pytest.raises(TargetUnknown):
        deliver(bench.desk, "nowhere")


def test_target_that_is_back_is_served_at_once(bench: ExportBench) -> None:
    """A sync by hand waits for no pause, goes on counting attempts, and leaves what was refused."""
    folder = make_target(bench, "a")
    bench.export()
    (folder / MARKER).unlink()
    deliver(bench.desk)
    fared = [deliver(bench.desk, at_once=at_once)[0].attempts for at_once in (False, True)]
    (folder / MARKER).touch()
    assert ([1, 2], DELIVERED) == (fared, deliver(bench.desk, at_once=True)[0].state)


def test_clock_set_back_does_not_hold_up(bench: ExportBench) -> None:
    """With the clock two years back a waiting file is due, and is delivered once."""
    folder = make_target(bench, "supervisor")
    done = bench.export()
    away = folder.rename(folder.with_name("unplugged"))
    deliver(bench.desk)
    away.rename(folder)
    bench.wait(timedelta(days=-730))
    assert [DELIVERED] == [each.state for each in deliver(bench.desk)]
    bench.wait(timedelta(days=1500))
    assert [] == deliver(bench.desk)
    assert [done.file_name] == files_in(folder)


def test_foreign_file_of_the_name_stays(bench: ExportBench) -> None:
    """Another file of this name is not touched; the delivery is refused until the officer has made room."""
    folder = make_target(bench, "supervisor")
    done = bench.export()
    (folder / done.file_name).write_bytes(b"somebody else's")
    fared = deliver(bench.desk)
    assert [(REFUSED, TargetOccupied.code)] == [(each.state, each.reason) for each in fared]
    assert b"somebody else's" == (folder / done.file_name).read_bytes()
    (folder / done.file_name).unlink()
    assert [REFUSED] == [each.state for each in deliver(bench.desk)]
    assert [DELIVERED] == [each.state for each in deliver(bench.desk, insist=True)]


def test_damaged_sealed_copy_is_never_sent(bench: ExportBench) -> None:
    """A sealed file with a flipped byte is refused and nothing of it reaches the target."""
    folder = make_target(bench, "supervisor")
    bench.export()
    blob = bench.folder / "blobs" / bench.sealed()[0]
    raw = bytearray(blob.read_bytes())
    raw[len(raw) // 2] ^= 1
    blob.write_bytes(raw)
    fared = deliver(bench.desk)
    assert [(REFUSED, BlobDamaged.code)] == [(each.state, each.reason) for each in fared]
    assert [] == files_in(folder)


def test_full_disk_at_the_target(bench: ExportBench) -> None:
    """Where the target's disk is full nothing half stays, and the file arrives once there is room."""
    folder = make_target(bench, "supervisor")
    name = queue_bytes(bench, 12 * MIB, "supervisor")
    with file_size_limit(8 * MIB):
        fared = deliver(bench.desk)
    assert [(WAITING, DiskFull.code)] == [(each.state, each.reason) for each in fared]
    assert [] == files_in(folder)
    bench.wait(LONGEST_PAUSE)
    deliver(bench.desk)
    assert ([name], 12 * MIB) == (files_in(folder), (folder / name).stat().st_size)


def test_interrupted_attempt_is_taken_up(bench: ExportBench) -> None:
    """A file whose state says that it is being sent, because the machine died, is sent."""
    folder = make_target(bench, "supervisor")
    done = bench.export()
    with bench.desk.store.change_housekeeping() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sending', attempts = 1")
    bench.reopen()
    assert [(DELIVERED, 2)] == [(each.state, each.attempts) for each in deliver(bench.desk)]
    assert [done.file_name] == files_in(folder)


def test_removed_target_gives_up_what_waits(bench: ExportBench) -> None:
    """What waited for a removed target is given up and its sealed copy destroyed; what arrived stays."""
    make_target(bench, "near")
    far = make_target(bench, "far")
    bench.export()
    far.rename(far.with_name("unplugged"))
    deliver(bench.desk)
    assert 1 == remove_target(bench.desk, "far")
    deliver(bench.desk)
    assert ({"near": DELIVERED}, []) == (states(bench), bench.sealed())


def test_folder_for_one_file(bench: ExportBench, tmp_path: Path) -> None:
    """A folder given for one export gets that file and becomes no target."""
    folder = tmp_path / "one off"
    folder.mkdir()
    done = bench.export(folder)
    deliver(bench.desk)
    assert [done.file_name] == files_in(folder)
    assert [] == list_targets(bench.desk)
    with pytest.raises(ExportRefused):
        bench.export()


@pytest.mark.parametrize("is_file", [True, False])
def test_folder_that_is_none_is_refused(bench: ExportBench, tmp_path: Path, *, is_file: bool) -> None:
    """An export into a mistyped folder, or into a file, is refused before anything is handed out."""
    place = tmp_path / "mistyped"
    if is_file:
        place.touch()
    with pytest.raises(ExportRefused):
        bench.export(place)
    assert ([], []) == (list_outbox(bench.desk), bench.sealed())


def test_backup_goes_the_same_way(bench: ExportBench) -> None:
    """A packed backup arrives at targets that take backups, and tells how old the last copy is."""
    folder = make_target(bench, "stick", (Goods.BACKUPS,))
    assert None is age_of_last_copy(bench.desk)
    made = back_up(bench.desk)
    queue_backup(bench.desk, made.path)
    assert None is age_of_last_copy(bench.desk)
    assert [DELIVERED] == [each.state for each in deliver(bench.desk)]
    assert [f"LD_backup_{made.stamp}.ldbackup"] == files_in(folder)
    archive, members = open_archive(folder / files_in(folder)[0])
    archive.close()
    assert {"manifest.json", "vault.hdr"} <= members.keys()
    bench.wait(timedelta(days=3))
    assert timedelta(days=3) == age_of_last_copy(bench.desk)
    told = [json.loads(line[3]) for line in bench.lines() if line[0] == "event"][-1]
    assert (["stick"], files_in(folder)[0]) == (told["targets"], told["file"])


def test_newer_backup_replaces_the_waiting_one(bench: ExportBench) -> None:
    """Of the backups that wait for a target only the newest is kept; exports are not touched."""
    folder = make_target(bench, "stick", BOTH)
    away = folder.rename(folder.with_name("unplugged"))
    bench.export()
    for _ in range(3):
        bench.wait(timedelta(hours=1))
        queue_backup(bench.desk, back_up(bench.desk).path)
        deliver(bench.desk)
    assert (2, 2) == (len(list_outbox(bench.desk)), len(bench.sealed()))
    away.rename(folder)
    deliver(bench.desk, insist=True)
    assert 2 == len(files_in(folder))


def test_refused_backup_leaves_nothing(bench: ExportBench, tmp_path: Path) -> None:
    """Without a target for backups, or without a backup, nothing is sealed."""
    with pytest.raises(ExportRefused):
        queue_backup(bench.desk, back_up(bench.desk).path)
    make_target(bench, "stick", (Goods.BACKUPS,))
    with pytest.raises(BackupUnusable):
        queue_backup(bench.desk, tmp_path)
    assert [] == bench.sealed()


def test_outbox_leaves_no_trace_in_the_journal(bench: ExportBench) -> None:
    """Delivering changes no record and writes no batch; the disclosure was journaled before."""
    make_target(bench, "supervisor")
    bench.export()
    heads = bench.desk.store.heads()
    deliver(bench.desk)
    assert heads == bench.desk.store.heads()
