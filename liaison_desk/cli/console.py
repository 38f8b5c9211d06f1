"""What the commands print and ask: outcomes on standard output, words and progress on the error stream."""

import getpass
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Self, TextIO
from unicodedata import category

from liaison_desk.domain.errors import ExportNotWritten, ExportRefused, PassphraseNotGiven
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode

_MOST_PASSPHRASE_BYTES = 8192
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters without a shape that turn the direction of the text after them."""


class Console:
    """Standard streams of one command."""

    def __init__(
        self, *, as_json: bool, from_stdin: bool, out: TextIO, err: TextIO, accept_rollback: bool = False
    ) -> None:
        """Remember how to print and where passphrases come from."""
        self.as_json = as_json
        self.accept_rollback = accept_rollback
        self._from_stdin = from_stdin
        self._out = out
        self._err = err

    def result(self, facts: Mapping[str, object], text: str) -> None:
        """Print the outcome of a command: the facts as one JSON object, or the text."""
        if self.as_json:
            self._out.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        elif text:
            self._out.write(make_harmless(text) + "\n")

    def table(self, name: str, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
        """Print rows: as JSON under ``name``, or in columns as wide as needed."""
        if self.as_json:
            self._out.write(json.dumps({name: list(rows)}, ensure_ascii=False, indent=2) + "\n")
            return
        cells = [[_cell(row.get(column)) for column in columns] for row in rows]
        widths = [
            max([len(column), *(len(line[place]) for line in cells)]) for place, column in enumerate(columns)
        ]
        for line in [[column.upper() for column in columns], *cells]:
            padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
            self._out.write("  ".join(padded).rstrip() + "\n")

    def say(self, text: str) -> None:
        """Tell the person something that is not the outcome."""
        self._err.write(make_harmless(text) + "\n")

    def write_bytes(self, pieces: Iterable[bytes], to: Path | None) -> None:
        """Write raw bytes into a new file, or to standard output where that is no terminal.

        Raises ExportRefused for a terminal, ExportNotWritten where the file is there or cannot be written;
        what an error cut short is removed.
        """
        if to is None:
            if self._out.isatty():
                raise ExportRefused(reason="terminal")
            self._out.flush()
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        try:
            with to.open("xb") as file:
                _fill(file, pieces, to)
        except OSError as error:
            raise ExportNotWritten(path=str(to), reason=error.strerror or "unknown") from error

    def passphrase(self, prompt: str = "Passphrase: ") -> Passphrase:
        """Ask for a passphrase, or take the next line of standard input. Raises PassphraseNotGiven."""
        return Passphrase(self._secret(prompt))

    def new_passphrase(self) -> Passphrase:
        """Ask for a new passphrase twice; from standard input once."""
        if self._from_stdin:
            return Passphrase(self._secret(""))
        while True:
            first = self._secret("New passphrase: ")
            if first == self._secret("The same again: "):
                return Passphrase(first)
            self.say("The two differ. Please type them again.")

    def recovery_code(self) -> RecoveryCode:
        """Ask for the recovery code. Raises RecoveryCodeMalformed."""
        return RecoveryCode.parse(self._secret("Recovery code: "))

    def password(self, prompt: str) -> str:
        """Ask for the password of a file."""
        return self._secret(prompt)

    def _secret(self, prompt: str) -> str:
        if self._from_stdin:
            line = sys.stdin.buffer.readline(_MOST_PASSPHRASE_BYTES)
            if not line:
                raise PassphraseNotGiven
            return line.decode("utf-8", errors="surrogateescape").rstrip("\r\n")
        if not sys.stdin.isatty():
            raise PassphraseNotGiven
        return getpass.getpass(prompt)


def _fill(file: BinaryIO, pieces: Iterable[bytes], path: Path) -> None:
    try:
        file.writelines(pieces)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class Progress:
    """Counts long work on the error stream: in place on a terminal, otherwise every tenth part."""

    def __init__(self, console: Console, label: str, err: TextIO) -> None:
        """Remember what is counted."""
        self._label = label
        self._err = err
        self._live = err.isatty()
        self._last = -1
        self._quiet = console.as_json and not self._live

    @classmethod
    def on_error_stream(cls, console: Console, label: str) -> Self:
        """Return a count on the standard error stream."""
        return cls(console, label, sys.stderr)

    def __call__(self, done: int, total: int = 0) -> None:
        """Show a count; ``total`` may be unknown."""
        step = done * 10 // total if total else done // 10_000
        if self._quiet or (not self._live and (step == self._last or not done)):
            return
        self._last = step
        text = f"{self._label}: {done} of {total}" if total else f"{self._label}: {done}"
        self._err.write(f"\r{text}" if self._live else f"{text}\n")
        self._err.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._last >= 0:
            self._err.write("\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return make_harmless(" ".join(text.split())) or "-"


def make_harmless(text: str) -> str:
    """Return text with what would command a terminal or turn its direction written out.

    Names come from the files of others: an escape sequence in a card must not reach the terminal.
    """
    return "".join(
        repr(char)[1:-1] if (char not in "\n\t" and category(char) == "Cc") or char in _TURNING else char
        for char in text
    )
