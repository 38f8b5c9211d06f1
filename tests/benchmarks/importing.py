"""Importing cards, against parsing them with vobject alone; and the memory that a large file takes."""

import base64
import io
import os
import random
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import vobject

from liaison_desk.domain.clocks import SystemClock
from liaison_desk.domain.post import Post
from liaison_desk.importers.proposal import Source
from liaison_desk.services.importing import apply_import, plan_import
from liaison_desk.services.unlocking import create_desk, lock_desk
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.passphrases import Passphrase
from tests.benchmarks.measure import Figure, compare, seconds
from tests.benchmarks.vaults import PASSPHRASE, Bench

CARDS = 20_000
LARGE_BYTES = 100 * 1024 * 1024
_FAMILY = ("Hoxha", "Gjoka", "Çeliku", "Dvořák", "Řezníček", "Novák", "Shehu", "Đoković", "Krasniqi", "Malý")
_GIVEN = ("Përparim", "Agim", "Žaneta", "Jiří", "Flutura", "Marko", "Arben", "Hana", "Ilir", "Tereza")


def card(number: int, photo: bytes = b"") -> str:
    """Return a card as telephones write them: about twelve properties."""
    chance = random.Random(number)
    family, given = chance.choice(_FAMILY), chance.choice(_GIVEN)
    lines = [
        "BEGIN:VCARD", "VERSION:3.0", f"UID:bench-{number}@example.invalid",
        f"N:{family}{number};{given};;;", f"FN:{given} {family}{number}",
        f"ORG:Directorate {number % 400};Unit {number % 7}", "TITLE:Head of unit",
        f"TEL;TYPE=WORK,VOICE:+355 4 {number:07d}", f"TEL;TYPE=CELL:+355 69 {number:07d}",
        f"EMAIL;TYPE=INTERNET:person{number}@example.invalid",
        f"ADR;TYPE=WORK:;;Rruga {number % 90};Tirana;;1001;Albania",
        f"BDAY:19{50 + number % 50}-0{1 + number % 9}-1{number % 10}",
        "CATEGORIES:bench", f"NOTE:Met {number} times\\, last in Durrës.",
    ]  # fmt: skip
    if photo:
        encoded = base64.b64encode(photo).decode()
        lines.append("PHOTO;ENCODING=b;TYPE=JPEG:" + encoded)
    return "\r\n".join([*lines, "END:VCARD", ""])


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield time and memory."""
    text = "".join(card(number) for number in range(CARDS))
    path = bench.folder / "cards.vcf"
    path.write_text(text, encoding="utf-8", newline="")
    floor = seconds(lambda: sum(1 for _ in vobject.readComponents(io.StringIO(text), ignoreUnreadable=True)))
    product = seconds(lambda: import_file(bench.folder / "import", path, CARDS))
    yield compare("import of 20 000 vCards", product, "s", floor, bound=2.5)
    large = bench.folder / "large.vcf"
    write_large(large)
    idle, peak = _child_memory(bench.folder / "idle", None), _child_memory(bench.folder / "peak", large)
    yield Figure("memory of importing 100 MB of vCards", peak - idle, "MB", floor=idle, limit=400)


def write_large(path: Path) -> None:
    """Write 100 MB of small cards, every fiftieth with a photograph of 20 kB."""
    with path.open("w", encoding="utf-8", newline="") as file:
        number = written = 0
        while written < LARGE_BYTES:
            text = card(number, os.urandom(20_000) if number % 50 == 0 else b"")
            written += file.write(text)
            number += 1


def import_file(folder: Path, path: Path, expected: int | None = None) -> None:
    """Import a file into a new vault, plan and batch."""
    desk = create_desk(
        folder, Passphrase(PASSPHRASE), post=Post(), kdf=FAST, clock=SystemClock(), ballast=0
    ).desk
    source = Source(path.name, path.stat().st_size, lambda: path.open("rb"))
    outcome = apply_import(desk, plan_import(desk, source))
    lock_desk(desk)
    if expected is not None and outcome.new != expected:
        message = f"{outcome.new} of {expected} cards came in"
        raise AssertionError(message)


def _child_memory(folder: Path, path: Path | None) -> float:
    """Return the peak resident memory (MB) of a process that makes a vault and imports a file, or none."""
    command = [sys.executable, "-m", "tests.benchmarks.importing", str(folder), str(path or "")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def _main(folder: str, path: str) -> None:
    if path:
        import_file(Path(folder), Path(path))
    else:
        desk = create_desk(
            Path(folder), Passphrase(PASSPHRASE), post=Post(), kdf=FAST, clock=SystemClock(), ballast=0
        ).desk
        lock_desk(desk)
    sys.stdout.write(f"{_peak_kibibytes() / 1024}\n")


def _peak_kibibytes() -> int:
    """Return the peak resident memory of this process alone, not of the one it was made by."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"), re.MULTILINE)
        if found is not None:
            return int(found[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _main(*sys.argv[1:])
