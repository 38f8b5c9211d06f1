"""A name planted through every way in is found nowhere on the disk in clear, also after kills."""

import base64
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.faults.command_line import do, run_desk, start_desk, wait_until
from tests.faults.traces import count_files, find_traces, forms_of
from tests.import_samples import calendar, card

CANARY = "Qxkanářžluťásek"
CARDS_TO_KILL = 4000
_OPENED = re.compile(r'openat\(\w+, "([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)')


@dataclass(frozen=True, slots=True)
class Laptop:
    """Where the program may write, and the folder with the officer's own files, which is not looked at."""

    places: Path
    """Home, temporary, configuration, data, state and cache folders."""
    vault: Path
    target: Path
    sources: Path

    @property
    def scanned(self) -> list[Path]:
        """Everything but the officer's own files, with what SQLite leaves in its favourite folder."""
        left = [*Path("/var/tmp").glob("etilqs*"), *Path("/tmp").glob("etilqs*")]  # noqa: S108 - looked at only
        return [self.places, self.vault, self.vault.parent / "restored", self.target, *left]

    def kill_when(self, happened: Callable[[], bool], *arguments: object) -> None:
        """Start the program and kill it as soon as something has happened."""
        child = start_desk(*arguments)
        wait_until(happened, child)
        child.kill()
        child.communicate(timeout=60)
        assert child.returncode != 0

    def assert_nothing_in_clear(self) -> None:
        """Demand that the canary lies nowhere in any form."""
        assert [] == find_traces(self.scanned, CANARY)

    def blobs(self) -> int:
        """Return how many sealed files there are."""
        return len(list((self.vault / "blobs").iterdir()))

    def log_size(self) -> int:
        """Return the size of the write-ahead log in bytes."""
        return sum(path.stat().st_size for path in self.vault.glob("vault-*.db-wal"))


@pytest.fixture(name="laptop")
def _laptop(own_places: Path, tmp_path: Path) -> Laptop:
    laptop = Laptop(own_places, tmp_path / "vault", tmp_path / "target", tmp_path / "sources")
    laptop.target.mkdir()
    laptop.sources.mkdir()
    for name, data in (
        ("cards.vcf", make_cards(3)),
        ("calendar.ics", make_calendar()),
        ("register.xlsx", make_workbook()),
        ("register.csv", f"Reference;Matter;Odd\r\nAL-26-8;Case of {CANARY};{CANARY}\r\n".encode("cp1250")),
        (f"{CANARY}.pdf", b"%PDF-1.7 about " + CANARY.encode()),
    ):
        (laptop.sources / name).write_bytes(data)
    do("vault", "create", laptop.vault, "--kdf", "floor")
    return laptop


def make_cards(count: int) -> bytes:
    """Return cards that name the canary in fields, in what becomes a note, and in a photo."""
    photo = base64.b64encode(b"\xff\xd8\xff" + CANARY.encode() * 40).decode()
    return b"".join(
        card(
            f"UID:{number}", f"FN:Agim {CANARY} {number}", f"NOTE:{CANARY}", f"X-ODD:{CANARY}",
            f"EMAIL:{number}@{CANARY}.example.invalid", f"ORG:{CANARY} a.s.",
            *([f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}"] if number < 3 else []),
        )
        for number in range(count)
    )  # fmt: skip


def make_calendar() -> bytes:
    """Return a calendar with the canary as title, place and guest."""
    return calendar(
        "BEGIN:VEVENT", "UID:1", f"SUMMARY:Meeting with {CANARY}", f"LOCATION:{CANARY}",
        "DTSTART:20261124T090000Z", f"ATTENDEE;CN={CANARY}:mailto:a@example.invalid", "END:VEVENT",
    )  # fmt: skip


def make_workbook() -> bytes:
    """Return a register in Excel with the canary in its cells."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Reference", "Matter", CANARY])
    sheet.append(["AL-26-7", f"Case of {CANARY}", CANARY])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_name_planted_everywhere_is_nowhere_in_clear(laptop: Laptop) -> None:
    """Imports, typing, search, attachments, export, delivery, backup, restore, errors: nothing in clear."""
    vault, files = laptop.vault, sorted(laptop.sources.iterdir())
    do("import", vault, *(path for path in files if path.suffix != ".pdf"))
    do("import", vault, laptop.sources / "cards.vcf")
    do("add", vault, "contact", f"name=Besa {CANARY}", f"note={CANARY}", f"tag={CANARY}")
    do("edit", vault, "C-1", f"how_met=Through {CANARY}", f"task={CANARY}")
    do("attach", vault, "C-1", laptop.sources / f"{CANARY}.pdf")
    assert CANARY in do("search", vault, CANARY)
    assert CANARY in do("show", vault, "C-1")
    assert CANARY in do("attach", vault, "C-1", "--get", f"{CANARY}.pdf")
    do("merge", vault, "C-1", "C-2")
    do("undo", vault)
    do("redo", vault)
    do("target", vault, "--add", "supervisor", laptop.target)
    do("export", vault, "--recipient", CANARY, "--purpose", CANARY)
    do("vault", "backup", vault, "--queue")
    do("sync", vault)
    laptop.assert_nothing_in_clear()
    assert 2 == len(list(laptop.target.iterdir()))
    do("bin", vault, "C-1")
    do("erase", vault, "C-3", "--why", CANARY, "--redact-all")
    backup = next(path for path in laptop.target.iterdir() if path.suffix != ".xlsx")
    do("vault", "restore", backup, laptop.vault.parent / "restored")
    assert CANARY in do("history", vault, "C-1")
    do("log", vault)
    do("vault", "verify", vault)
    laptop.assert_nothing_in_clear()
    assert count_files(laptop.scanned) > 20


def test_refusals_leave_nothing_in_clear(laptop: Laptop) -> None:
    """What is refused for its content, name or passphrase leaves no word of it either."""
    for name, data in (
        ("cut.vcf", make_cards(1)[:-60]),
        ("half.xlsx", make_workbook()[:-200]),
        (f"{CANARY}.bin", CANARY.encode("utf-16")),
    ):
        (laptop.sources / name).write_bytes(data)
        assert "E0001" not in run_desk("import", laptop.vault, laptop.sources / name).err
    for arguments in (
        ("import", laptop.vault, laptop.sources / f"{CANARY} that is not there.vcf"),
        ("add", laptop.vault, "contact", f"name={CANARY}", f"no_such_field={CANARY}"),
        ("add", laptop.vault, "request", f"matter={CANARY}", f"received_at={CANARY}"),
        ("search", laptop.vault, f"nofilter:{CANARY}"),
        ("show", laptop.vault, CANARY),
        ("export", laptop.vault, "--out", laptop.sources / CANARY, "--recipient", CANARY),
        ("vault", "create", laptop.vault, "--officer", CANARY),
    ):
        assert "E0001" not in run_desk(*arguments).err, "something that nobody foresaw"
    laptop.assert_nothing_in_clear()


def test_kill_during_an_import_leaves_nothing_in_clear(laptop: Laptop) -> None:
    """Killed with photos sealed, and again with the log growing, the disk shows nothing; the vault is whole.

    The log of a batch is written at its end or when memory is short, so the second kill hits a full one.
    """
    big = laptop.sources / "big.vcf"
    big.write_bytes(make_cards(CARDS_TO_KILL))
    laptop.kill_when(lambda: laptop.blobs() > 1, "import", laptop.vault, big)
    laptop.assert_nothing_in_clear()
    do("vault", "verify", laptop.vault)
    assert 0 == laptop.blobs()
    before = laptop.log_size()
    laptop.kill_when(lambda: laptop.log_size() > before + 1_000_000, "import", laptop.vault, big)
    laptop.assert_nothing_in_clear()
    do("vault", "verify", laptop.vault)
    answer = do("search", laptop.vault, CANARY, "type:contact", "--limit", 2 * CARDS_TO_KILL, "--json")
    assert len(json.loads(answer)["hits"]) in {0, CARDS_TO_KILL}, "half an import came in"
    laptop.assert_nothing_in_clear()


def test_kill_during_an_export_leaves_nothing_in_clear(laptop: Laptop) -> None:
    """Killed when the sealed workbook appears, and when it is on its way, the disk shows nothing."""
    do("import", laptop.vault, laptop.sources / "register.csv", laptop.sources / "cards.vcf")
    sealed = laptop.blobs()
    laptop.kill_when(lambda: laptop.blobs() > sealed, "export", laptop.vault, "--out", laptop.target)
    laptop.assert_nothing_in_clear()
    delivering = ("export", laptop.vault, "--out", laptop.target)
    child = start_desk(*delivering)
    wait_until(lambda: any(laptop.target.iterdir()), child)
    child.kill()
    child.communicate(timeout=60)
    laptop.assert_nothing_in_clear()
    do("vault", "verify", laptop.vault)
    laptop.assert_nothing_in_clear()


@pytest.mark.strace
def test_nothing_is_written_outside_vault_and_target(laptop: Laptop) -> None:
    """Import, attachment, export and backup open no file for writing anywhere else, not even for a moment."""
    if shutil.which("strace") is None:
        pytest.fail("strace is missing: apt-get install strace")
    trace = laptop.sources / "openings"
    tracing = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=open,openat,creat", "-s", "4096"]
    allowed = (str(laptop.vault), str(laptop.target), "/dev/null", "/dev/tty")
    for arguments in (
        ("import", laptop.vault, *sorted(laptop.sources.glob("[cr]*"))),
        ("attach", laptop.vault, "C-1", laptop.sources / f"{CANARY}.pdf"),
        ("export", laptop.vault, "--out", laptop.target),
        ("vault", "backup", laptop.vault),
    ):
        do(*arguments, before=tracing)
        opened = _OPENED.findall(trace.read_text(encoding="utf-8", errors="replace"))
        assert opened, arguments
        assert [] == [path for path in opened if not path.startswith(allowed)], arguments


@pytest.mark.parametrize("form", sorted(forms_of(CANARY)))
def test_scan_finds_every_form(tmp_path: Path, form: str) -> None:
    """The scan itself finds the canary in each form, in the middle of other bytes."""
    assert [] == find_traces([tmp_path], CANARY)
    (tmp_path / "leak").write_bytes(b"\x00\xffx" + forms_of(CANARY)[form] + b"y\x00")
    assert f"{tmp_path / 'leak'}: {form}" in find_traces([tmp_path], CANARY)


def test_scan_finds_what_hides(laptop: Laptop) -> None:
    """A plain workbook, a file's name, real base64 at any shift and a plain file in each place are found."""
    laptop.assert_nothing_in_clear()
    (laptop.places / "tmp" / "plain.xlsx").write_bytes(make_workbook())
    for shift in range(3):
        encoded = base64.b64encode(b"a" * shift + CANARY.encode() + b"tail")
        (laptop.places / "config" / f"{shift}").write_bytes(encoded)
    (laptop.target / f"{CANARY}.txt").write_bytes(b"")
    with zipfile.ZipFile(laptop.vault / "packed", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("inside", CANARY.encode("utf-16-le"))
    for name in ("home", "data", "state", "cache", "run"):
        (laptop.places / name / "plain").write_text(CANARY.upper().lower(), encoding="utf-8")
    traces = find_traces(laptop.scanned, CANARY)
    found = {line.split("!")[0].removeprefix("name of ").rsplit(": ", 1)[0] for line in traces}
    assert 11 == len(found), found
