"""What is withheld stands nowhere in the file: not in another cell, sheet, property or part."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liaison_desk.domain.codes import Handling, SubjectKind
from liaison_desk.domain.folding import fold
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Subject
from liaison_desk.services.delivering import deliver
from liaison_desk.services.exporting import plan_export
from liaison_desk.services.workbook_ground import AT_POST, IN_SERVICE, Reason
from tests.export_samples import ExportBench, open_workbook, rows_of, text_of

NUMBER = "+355 69 000 7731"
EMAIL = "zef.kanarinaj@example.invalid"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return an empty desk."""
    made = ExportBench(tmp_path / "vault")
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder that files are delivered to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def add_canary(bench: ExportBench, handling: Handling = Handling.POST_ONLY, **fields: Any) -> None:
    """Add the contact that must not be found."""
    bench.add_contact(
        "Zef Kanarinaj", family_name="Kanarinaj", given_name="Zef", aliases=("Beqo i Vogël",),
        messengers=("signal:kanari77",), address="Rruga e Bletës 17, Tiranë", function="Hetues i lartë",
        organisation="Policia e Shtetit", number=NUMBER, email=EMAIL, handling=handling, **fields,
    )  # fmt: skip


def read_back(bench: ExportBench, out: Path) -> tuple[str, Any]:
    """Export, deliver, and return everything the file says, and its workbook."""
    done = bench.export(out)
    deliver(bench.desk)
    path = out / done.file_name
    return fold(text_of(path, done.password)), open_workbook(path, done.password)


def test_post_only_contact_is_found_nowhere(bench: ExportBench, out: Path) -> None:
    """Name, alias, number, address and e-mail of a post-only contact occur in no part of the file."""
    add_canary(bench)
    bench.add_request(
        "Meeting with Zef Kanarinaj at the port",
        next_step="Call Kanarinaj on 069 000 7731 or signal kanari77",
        handling=Handling.SHAREABLE,
        information_requested=f"Answer to {EMAIL} or KANARINAJ, Zef (Beqo i vogël)",
        requesting_unit="Office of Z. Kanarinaj",
    )
    bench.add_meeting(
        "Káva s Kanarinaj", 20, ["Zef Kanarinaj"], place="Rruga e Bletës 17, Tiranë",
        decisions="Зеф Канаринај names a deputy",
    )  # fmt: skip
    bench.add_contact("Elira Dervishi", function="Deputy of Zef Kanarinaj", handling=Handling.SHAREABLE)
    text, book = read_back(bench, out)
    for canary in ("kanarinaj", "beqo", "kanari77", "bletes", "zef."):
        assert canary not in text, canary
    assert "7731" not in text
    assert "port" in text
    row = next(row for row in rows_of(book, "Contacts") if row["Handling"] == "Post only")
    assert (AT_POST, "Hetues i lartë", "Policia e Shtetit") == (row["Name"], row["Role"], row["Organisation"])
    request = rows_of(book, "Requests")[0]
    assert f"Meeting with {AT_POST} at the port" == request["Matter"]


def test_contact_above_the_limit_is_found_nowhere(bench: ExportBench, out: Path) -> None:
    """A contact that is left out for its marking is hidden in other texts too."""
    add_canary(bench, Handling.SHAREABLE, marking="RESTRICTED")
    bench.add_request("Meeting with Zef Kanarinaj")
    text, book = read_back(bench, out)
    assert "kanarinaj" not in text
    assert [] == rows_of(book, "Contacts")


def test_service_only_contact_shows_name_and_role(bench: ExportBench, out: Path) -> None:
    """Name, role and organisation are there; number and e-mail are not, in no text of the file."""
    add_canary(bench, Handling.SERVICE_ONLY)
    bench.add_request(f"Ask on {NUMBER} or {EMAIL}")
    text, book = read_back(bench, out)
    row = rows_of(book, "Contacts")[0]
    assert ("Zef Kanarinaj", "Hetues i lartë") == (row["Name"], row["Role"])
    assert (IN_SERVICE, IN_SERVICE, None) == (row["Phone"], row["E-mail"], row["Status"])
    assert "7731" not in text
    assert "zef.kanarinaj@" not in text


def test_shareable_contact_is_whole(bench: ExportBench, out: Path) -> None:
    """A shareable contact shows number, e-mail and status."""
    add_canary(bench, Handling.SHAREABLE)
    _, book = read_back(bench, out)
    row = rows_of(book, "Contacts")[0]
    assert (NUMBER, EMAIL, "Active") == (row["Phone"], row["E-mail"], row["Status"])


def test_place_in_the_alphabet_tells_nothing(bench: ExportBench, out: Path) -> None:
    """Rows without a name stand at the end, by reference."""
    bench.add_contact("Adem A", handling=Handling.POST_ONLY)
    bench.add_contact("Zana Z", handling=Handling.SHAREABLE)
    bench.add_contact("Bujar B", handling=Handling.POST_ONLY)
    bench.add_contact("Mira M", handling=Handling.SHAREABLE)
    _, book = read_back(bench, out)
    assert ["C-0004", "C-0002", "C-0001", "C-0003"] == [row["Ref"] for row in rows_of(book, "Contacts")]


def test_shared_family_name_is_not_blotted_out(bench: ExportBench, out: Path) -> None:
    """A family name that somebody named in the file bears too stays; the whole name does not."""
    add_canary(bench)
    bench.add_contact("Mira Kanarinaj", family_name="Kanarinaj", handling=Handling.SHAREABLE)
    bench.add_request("Mira Kanarinaj called, not Zef Kanarinaj")
    _, book = read_back(bench, out)
    assert f"Mira Kanarinaj called, not {AT_POST}" == rows_of(book, "Requests")[0]["Matter"]
    assert "Mira Kanarinaj" in [row["Name"] for row in rows_of(book, "Contacts")]


def test_subjects_are_never_named(bench: ExportBench, out: Path) -> None:
    """People asked about stand in no text: not their names, nor the number of a document."""
    request = Request(
        id=bench.desk.new_id(), matter="Kanarinaj Zef – identity", handling=Handling.SHAREABLE,
        information_requested="Passport BB 1234567 of Zef Kanarinaj, called Kanarinaj",
    )  # fmt: skip
    subject = Subject(
        id=bench.desk.new_id(), owner_id=request.id, surname="Kanarinaj", given_name="Zef",
        documents=("BB 1234567",),
    )  # fmt: skip
    plate = Subject(id=bench.desk.new_id(), owner_id=request.id, kind=SubjectKind.VEHICLE, name="AA 123 BB")
    bench.add(request, subject, plate)
    bench.add_meeting("About Zef Kanarinaj and AA 123 BB", 20)
    text, book = read_back(bench, out)
    assert "kanarinaj" not in text
    assert "1234567" not in text
    assert f"About {AT_POST} and AA 123 BB" == rows_of(book, "Meetings")[0]["Title"]


def test_post_only_organisation_is_found_nowhere(bench: ExportBench, out: Path) -> None:
    """An organisation that is kept at post is named in no sheet, nor in the codes."""
    unit = bench.add_organisation(
        "Njësia Kanarina", abbreviation="NJKX", name_english="Canary Unit", handling=Handling.POST_ONLY
    )
    bench.add_request("Question to NJKX", requested_authority_id=unit)
    bench.add_request("Second", requesting_authority_id=unit)
    bench.add_contact(
        "Mira M", function="Head of the Canary Unit", organisation_id=unit, handling=Handling.SHAREABLE
    )
    text, book = read_back(bench, out)
    for canary in ("kanarina", "njkx", "canary"):
        assert canary not in text, canary
    assert {AT_POST} == {row["Counterpart"] for row in rows_of(book, "Requests")}
    person = rows_of(book, "Contacts")[0]
    assert (AT_POST, f"Head of the {AT_POST}") == (person["Organisation"], person["Role"])


def test_post_only_requests_and_meetings_are_left_out(bench: ExportBench) -> None:
    """They are not in the file and are counted with the reason."""
    bench.add_request("Quiet", handling=Handling.POST_ONLY)
    bench.add_request("Content", handling=Handling.SERVICE_ONLY, information_requested="Who called?")
    bench.add_meeting("Quiet", 20, handling=Handling.POST_ONLY)
    plan = plan_export(bench.desk)
    assert [(1, 1, 1), (0, 0, 1), (0, 0, 0)] == [
        (count.included, count.redacted, count.withheld) for count in plan.counts
    ]
    assert [
        ("Requests", Reason.POST_ONLY, 1, True),
        ("Requests", Reason.SERVICE_ONLY, 1, False),
        ("Meetings", Reason.POST_ONLY, 1, True),
    ] == [(each.sheet, each.reason, each.rows, each.left_out) for each in plan.withheld]
    assert "Requests: 1 row left out (kept at post)." in plan.content.summary.remarks
