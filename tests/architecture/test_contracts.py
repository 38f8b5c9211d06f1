"""The import contracts and the rules of ruff bite: each finds the violation that is planted for it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.sources import PACKAGE, ROOT

SCRIPTS = Path(sys.executable).parent


class Planted(NamedTuple):
    """A line added to a module so that one contract must break."""

    contract: str
    module: str
    line: str
    beside: str = ""
    """A module that must exist for the import to mean something; made empty where it does not."""


PLANTED = (
    Planted("layers", "domain/clocks.py", "import liaison_desk.vault"),
    Planted("layers", "storage/planted.py", "import liaison_desk.services"),
    Planted("layers", "importers/planted.py", "import liaison_desk.storage"),
    Planted("layers", "stranger.py", ""),
    Planted(
        "importers", "importers/vcard.py", "import liaison_desk.importers.icalendar", "importers/icalendar.py"
    ),
    Planted("exports", "exports/workbook.py", "import liaison_desk.exports.pdf", "exports/pdf.py"),
    Planted("targets", "sync/webdav.py", "import liaison_desk.sync.folder", "sync/folder.py"),
    Planted("qt", "services/planted.py", "from PySide6.QtCore import QObject"),
    Planted("sql", "services/planted.py", "import sqlalchemy"),
    Planted("sql", "vault/planted.py", "from alembic import op"),
    Planted("driver", "storage/planted.py", "import sqlcipher3"),
    Planted("crypto", "storage/planted.py", "from cryptography.hazmat.primitives import hashes"),
    Planted("formats", "exports/planted.py", "import openpyxl"),
    Planted("formats", "importers/planted.py", "import vobject"),
    Planted("formats", "importers/planted.py", "import icalendar"),
    Planted("formats", "importers/planted.py", "import recurring_ical_events"),
    Planted("formats", "importers/planted.py", "import phonenumbers"),
    Planted("formats", "importers/planted.py", "import xlsxwriter"),
    Planted("formats", "importers/planted.py", "import msoffcrypto"),
    Planted("formats", "vault/planted.py", "import keyring"),
)


def contracts() -> list[dict[str, object]]:
    """Return the contracts as pyproject.toml states them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, object]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def copy_project(target: Path) -> Path:
    """Copy the program and its configuration; return the copied package."""
    shutil.copy(ROOT / "pyproject.toml", target)
    return Path(
        shutil.copytree(PACKAGE, target / "liaison_desk", ignore=shutil.ignore_patterns("__pycache__"))
    )


def lint_imports(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a project as `dev.py lint` does."""
    command = [str(SCRIPTS / "lint-imports"), "--no-logo", "--no-cache", *arguments]
    return subprocess.run(command, cwd=project, check=False, capture_output=True, encoding="utf-8")


def test_contracts_hold() -> None:
    """The program as it stands keeps every contract."""
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    """No contract may silently check nothing."""
    assert {contract["id"] for contract in contracts()} == {planted.contract for planted in PLANTED}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.contract}-{planted.module}")
def test_contract_finds_the_planted_violation(planted: Planted, tmp_path: Path) -> None:
    """A copy of the program with one bad line breaks the contract, and the message names the module."""
    package = copy_project(tmp_path)
    if planted.beside:
        (package / planted.beside).touch()
    with (package / planted.module).open("a", encoding="utf-8") as module:
        module.write(f"\n{planted.line}\n")
    done = lint_imports(tmp_path, "--contract", planted.contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert Path(planted.module).stem in done.stdout.partition("Broken contracts")[2]


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("D103", "def close() -> None:\n    return\n"),
        ("DTZ005", "import datetime\n\nNOW = datetime.datetime.now()\n"),
        ("BLE001", "try:\n    print()\nexcept Exception:\n    print()\n"),
        ("TD003", "# TODO: later\n"),
        (
            "C901",
            "def choose(n: int) -> int:\n"
            + "".join(f"    if n == {i}:\n        n += 1\n" for i in range(12)),
        ),
        ("PLR0915", "def fill() -> None:\n" + "".join(f"    print({i})\n" for i in range(41))),
        ("E501", f"NAME = '{'x' * 110}'\n"),
    ],
)
def test_ruff_finds_the_planted_violation(rule: str, source: str, tmp_path: Path) -> None:
    """The rules that hold the house together are switched on for the program."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "liaison_desk").mkdir()
    module = tmp_path / "liaison_desk" / "planted.py"
    module.write_text(source, encoding="utf-8")
    command = [str(SCRIPTS / "ruff"), "check", "--no-cache", "--output-format", "concise", str(module)]
    found = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8")
    assert f" {rule} " in found.stdout
