"""The real LibreOffice opens an exported and delivered workbook with its password, and only so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desk.domain.codes import Handling
from liaison_desk.domain.post import Post
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.delivering import deliver
from liaison_desk.services.exporting import plan_export
from liaison_desk.services.targets import add_folder_target
from tests.e2e import test_office
from tests.export_samples import ExportBench

pytestmark = pytest.mark.office

open_in_office = test_office.open_in_office
"""The running LibreOffice."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return a sample desk with a supervisor's folder."""
    made = ExportBench(tmp_path / "vault", Post(sample=True))
    (tmp_path / "supervisor").mkdir()
    add_folder_target(made.desk, "supervisor", tmp_path / "supervisor")
    made.add_request("=1+1 plates", deadline_asked=PartialDate(2026, 11, 20))
    made.add_meeting("Monthly coordination", 20)
    made.add_contact("Zef Kanarinaj", function="Hetues", handling=Handling.POST_ONLY)
    yield made
    made.close()


def test_delivered_workbook_opens_with_its_password_only(
    bench: ExportBench, open_in_office: test_office.Opener
) -> None:
    """The file in the supervisor's folder opens with the proposed password, and not without or flipped."""
    done = bench.export(plan=plan_export(bench.desk))
    deliver(bench.desk)
    sealed = (bench.folder.parent / "supervisor" / done.file_name).read_bytes()
    seen = open_in_office(sealed, done.password)
    assert ["Summary", "Requests", "Meetings", "Contacts", "Codes_Notes"] == seen["sheets"]
    assert ["TEXT", "=1+1 plates"] == seen["cells"]["B5"]
    assert {"tblRequests", "tblMeetings", "tblContacts", "tblCodes"} <= set(seen["tables"])
    assert None is open_in_office(sealed, "")
    assert None is open_in_office(sealed, "another")
    at = len(sealed) // 2
    assert None is open_in_office(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], done.password)
