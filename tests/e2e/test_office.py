"""The real LibreOffice opens an encrypted workbook with its password, and only so."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from liaison_desk.exports.office_encryption import encrypt, propose_password
from liaison_desk.exports.workbook import write_workbook
from liaison_desk.exports.workbook_content import Column, ColumnKind
from tests.workbook_samples import TODAY, one_register

pytestmark = pytest.mark.office

SCRIPT = Path(__file__).with_name("open_in_office.py")
SYSTEM_PYTHON = "/usr/bin/python3"
COLUMNS = (
    Column("Ref", "ref", 12, ColumnKind.REFERENCE),
    Column("Matter", "matter", 30, ColumnKind.WRAP),
    Column("Due", "due", 12, ColumnKind.DATE),
    Column("Days", "days", 8, ColumnKind.INTEGER),
)
PLAIN = write_workbook(one_register(COLUMNS, ("AL-1", "=1+1", TODAY, 42))).data

Opener = Callable[[bytes, str], Any]


@pytest.fixture(scope="module")
def open_in_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """A running LibreOffice with a profile of its own; gives a function that opens bytes in it."""
    folder = tmp_path_factory.mktemp("office")
    pipe = f"liaison{os.getpid()}"
    office = [
        str(shutil.which("soffice")),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--accept=pipe,name={pipe};urp;",
        "--headless",
        "--norestore",
        "--nodefault",
    ]
    environment = {**os.environ, "HOME": str(folder)}
    environment.pop("PYTHONPATH", None)
    quiet = subprocess.DEVNULL
    with (
        subprocess.Popen(
            office, stdout=quiet, stderr=quiet, env=environment, start_new_session=True
        ) as served,
        subprocess.Popen(
            [SYSTEM_PYTHON, str(SCRIPT), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        ) as asked,
    ):
        assert asked.stdin is not None
        assert asked.stdout is not None
        reader, writer = asked.stdout, asked.stdin

        def open_bytes(data: bytes, password: str) -> Any:
            file = folder / "file.xlsx"
            file.write_bytes(data)
            writer.write(f"{file}\t{password}\n")
            writer.flush()
            return json.loads(reader.readline())

        yield open_bytes
        writer.close()
        asked.wait(timeout=60)
        os.killpg(served.pid, 15)


def test_opens_with_the_password(open_in_office: Opener) -> None:
    """With its password the workbook shows sheets, tables, real dates and numbers, and text as text."""
    password = propose_password()
    seen = open_in_office(encrypt(PLAIN, password), password)
    assert ["Summary", "Requests", "Codes_Notes"] == seen["sheets"]
    assert ("Liaison Desk", "0007") == (seen["author"], seen["export"])
    assert {"A4": ["TEXT", "Ref"], "B5": ["TEXT", "=1+1"]}.items() <= seen["cells"].items()
    assert ["VALUE", "2026-11-24"] == seen["cells"]["C5"]
    assert ["VALUE", "42"] == seen["cells"]["D5"]
    assert {"tblRequests", "tblCodes", "tblKPI"} <= set(seen["tables"])


def test_does_not_open_otherwise(open_in_office: Opener) -> None:
    """Without the password, with another one, or with a flipped byte it does not open."""
    password = propose_password()
    sealed = encrypt(PLAIN, password)
    assert None is open_in_office(sealed, "")
    assert None is open_in_office(sealed, "another")
    at = len(sealed) // 2
    flipped = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    assert None is open_in_office(flipped, password)
    assert None is not open_in_office(sealed, password)
