"""Looks for a word in files in every form in which a program may have left it on a disk in clear."""

import base64
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from liaison_desk.domain.folding import fold

_LEAST_ZIP = 22
"""Bytes of an empty zip archive."""


def forms_of(word: str) -> dict[str, bytes]:
    """Return the bytes of a word by the name of their form; the shifted ones are of its base64."""
    forms = {
        "UTF-8": word.encode("utf-8"),
        "UTF-16LE": word.encode("utf-16-le"),
        "UTF-16BE": word.encode("utf-16-be"),
        "folded": fold(word).encode("ascii"),
        "folded UTF-16LE": fold(word).encode("utf-16-le"),
        "JSON": word.encode("unicode_escape"),
        "hexadecimal": word.encode("utf-8").hex().encode("ascii"),
    }
    for shift in range(3):
        # Base64 takes three bytes at a time, so a word shows in one of three ways; its edges mix with others.
        encoded = base64.b64encode(b"\0" * shift + word.encode("utf-8"))
        forms[f"base64, shifted by {shift}"] = encoded[4 if shift else 0 : len(encoded) - 4]
    return forms


def find_traces(places: Iterable[Path], word: str) -> list[str]:
    """Return where the word lies in clear: path and form, also of file names and inside zip archives."""
    forms = forms_of(word)
    found: list[str] = []
    for path in _files_in(places):
        for where, content in _contents(path):
            low = content.lower()
            for name, form in forms.items():
                if form in content or form.lower() in low:
                    found.append(f"{where}: {name}")
    return found


def count_files(places: Iterable[Path]) -> int:
    """Return how many files are looked at."""
    return sum(path.is_file() for path in _files_in(places))


def _files_in(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from place.rglob("*")
        elif place.exists():
            yield place


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    yield f"name of {path}", path.name.encode("utf-8", errors="surrogateescape")
    if not path.is_file():
        return
    data = path.read_bytes()
    yield str(path), data
    if len(data) >= _LEAST_ZIP and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield f"{path}!{name}", package.read(name)
    elif data[:2] in {b"\x1f\x8b", b"\x78\x9c", b"\x78\xda", b"\x78\x01"}:
        try:
            yield f"{path} unpacked", zlib.decompress(data, 47)
        except zlib.error:
            return
