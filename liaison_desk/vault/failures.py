"""Failed attempts to unlock: times only, kept beside the locked vault until the journal can take them."""

from contextlib import suppress
from pathlib import Path

from liaison_desk.domain.errors import StorageFailed
from liaison_desk.vault.durable import disk_errors

FAILURES_FILE = "failed-unlocks"
_MOST_LINES = 1_000
_INSTANT_CHARACTERS = 27


def note_failure(folder: Path, at: str) -> None:
    """Remember one failed attempt; what cannot be written does not hide the attempt's own error."""
    with suppress(StorageFailed), disk_errors(folder):
        path = folder / FAILURES_FILE
        if path.exists() and path.stat().st_size > _MOST_LINES * (_INSTANT_CHARACTERS + 1):
            return
        path.touch(mode=0o600)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{at}\n")


def read_failures(folder: Path) -> list[str]:
    """Return the instants of failed attempts; anything else in the file is passed over."""
    with disk_errors(folder):
        try:
            text = (folder / FAILURES_FILE).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return []
    lines = text.splitlines()[:_MOST_LINES]
    return [
        line for line in lines if len(line) == _INSTANT_CHARACTERS and line.endswith("Z") and line.isascii()
    ]


def forget_failures(folder: Path) -> None:
    """Remove the file once the journal has taken its content."""
    with disk_errors(folder):
        (folder / FAILURES_FILE).unlink(missing_ok=True)
