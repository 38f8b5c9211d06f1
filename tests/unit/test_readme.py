"""What the README and the manuals say is so."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from liaison_desk.cli.parser import build_parser
from liaison_desk.importers.calendar_stream import COMPONENT_LIMIT
from liaison_desk.importers.card_stream import CARD_LIMIT
from liaison_desk.importers.detection import Format
from liaison_desk.importers.icalendar import COMPONENT_COUNT_LIMIT
from liaison_desk.importers.readers import READERS
from liaison_desk.importers.sheets import COLUMN_LIMIT, ROW_LIMIT
from liaison_desk.importers.spreadsheet import UNPACKED_LIMIT
from tests.architecture.sources import ROOT, modules_of_tests, named, package_modules, tree_of

README = ROOT / "README.md"
DOCUMENTS = (README, *sorted((ROOT / "docs" / "manual").glob("*.md")))
FIRST_SCREEN = 40
"""Lines that somebody sees before he scrolls."""
NETWORK_MODULES = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "paramiko", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "urllib3", "webbrowser", "webdav4", "xmlrpc",
}  # fmt: skip


def blocks(path: Path) -> Iterator[str]:
    """Yield the lines of the blocks of commands, without their comments."""
    for block in re.findall(r"^```\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        yield from (line.split("  #")[0].strip() for line in block.splitlines() if line.strip())


def examples() -> list[tuple[str, str]]:
    """Return document and line of every example of the command line."""
    return [
        (named(path), line) for path in DOCUMENTS for line in blocks(path) if line.startswith("liaison-desk ")
    ]


def promises() -> list[str]:
    """Return the rows of the table of promises."""
    section = README.read_text(encoding="utf-8").split("## What is promised")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize(("document", "line"), examples(), ids=lambda text: text[-40:])
def test_examples_are_understood(document: str, line: str) -> None:
    """Every example of the command line in a document is one that the program takes."""
    arguments = shlex.split(line)[1:]
    if arguments == ["--version"]:
        with pytest.raises(SystemExit) as left:
            build_parser().parse_args(arguments)
        assert 0 == left.value.code
        return
    assert callable(build_parser().parse_args(arguments).run), document


def test_every_promise_names_its_test() -> None:
    """A promise without a test is a wish, and a test that is not there shows nothing."""
    known = {
        node.name
        for path in modules_of_tests()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    }
    shown = {row: set(re.findall(r"`(test_\w+)`", row)) for row in promises()}
    assert promises()
    assert [] == [row for row, names in shown.items() if not names]
    assert set() == set().union(*shown.values()) - known


def test_first_screen_says_how_to_begin() -> None:
    """The two commands, the place of the vault and what the desk is not stand on the first screen."""
    start = "\n".join(README.read_text(encoding="utf-8").splitlines()[:FIRST_SCREEN])
    for wanted in (
        "python3 dev.py demo",
        "python3 dev.py test",
        "Where the vault lies",
        "not the official file",
    ):
        assert wanted in start


def test_limits_are_those_of_the_readers() -> None:
    """The table of limits says what the readers of foreign files hold to."""
    table = README.read_text(encoding="utf-8").split("| File | At most |")[1].split("\n\n")[0]
    rows = [row for row in table.splitlines() if row.startswith("|")][1:]
    stated = [int(re.findall(r"(\d+) MB", row)[0]) for row in rows]
    assert [reader.limit // 2**20 for reader in READERS] == stated
    assert 2 == table.count(f"{ROW_LIMIT // 1_000} 000 rows, {COLUMN_LIMIT} columns")
    assert f"{COMPONENT_COUNT_LIMIT // 1_000} 000 entries, {COMPONENT_LIMIT // 2**20} MB" in table
    assert f"{CARD_LIMIT // 2**20} MB for one card" in table
    assert UNPACKED_LIMIT == next(reader.limit for reader in READERS if reader.format is Format.WORKBOOK)


def test_verbs_of_dev_exist() -> None:
    """Every verb of dev.py that a document names is there."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert set() == set(re.findall(r"dev\.py (\w+)", text)) - set(dev.VERBS)


def test_nothing_speaks_to_the_network() -> None:
    """No module of the program imports anything that opens a connection."""
    found = [
        f"{named(path)}:{node.lineno} {name}"
        for path in package_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        if name.split(".")[0] in NETWORK_MODULES or name == "urllib.request"
    ]
    assert [] == found
