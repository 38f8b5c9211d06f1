"""What officers do without thinking, and what must not go wrong for them when they do."""

from pathlib import Path

import pytest

from liaison_desk.domain.errors import ExportRefused
from liaison_desk.domain.request import Request
from liaison_desk.services.exporting import export, plan_export
from liaison_desk.services.finding import load, search
from tests.desk_samples import add_contact, new_desk, take_in

HEADINGS = "Č.j.;Č.j. partnera;Došlo dne;Věc;Vyřízeno dne;Výsledek\n"


@pytest.mark.parametrize(
    "typed",
    ["603111222", "603 111 222", "+420603111222", "00420603111222", "0603111222", "603111"],
)
def test_a_number_is_found_however_it_is_dialled(tmp_path: Path, typed: str) -> None:
    """In one run or in groups, with the country or without."""
    with new_desk(tmp_path / "vault") as desk:
        add_contact(desk, "Jana Malá", ("phone", "00420 603 111 222"))
        assert ["Jana Malá"] == [hit.title for hit in search(desk, typed)]


def test_a_row_without_matter_leaves_the_matter_as_it_is(tmp_path: Path) -> None:
    """The number that stands in for an empty matter is no word of the file."""
    with new_desk(tmp_path / "vault") as desk:
        row = "PPR-1/2026;MB-7;20.11.2026;{matter};;\n"
        take_in(desk, (HEADINGS + row.format(matter="Prověrka vozidla")).encode())
        take_in(desk, (HEADINGS + row.format(matter="")).encode())
        root = load(desk, "PPR-1/2026").root
        assert isinstance(root, Request)
        assert "Prověrka vozidla" == root.matter


def test_common_czech_headings_are_understood(tmp_path: Path) -> None:
    """Received, answered and result land in their fields, not in a note."""
    with new_desk(tmp_path / "vault") as desk:
        row = "PPR-2/2026;MB-8;20.11.2026;Prověrka osoby;23.11.2026;kladný\n"
        take_in(desk, (HEADINGS + row).encode())
        root = load(desk, "PPR-2/2026").root
        assert isinstance(root, Request)
        assert (True, True, True) == (
            root.received_at is not None,
            root.answered_at is not None,
            root.outcome is not None,
        )


def test_a_workbook_is_not_delivered_into_the_vault(tmp_path: Path) -> None:
    """A file laid among the sealed ones would be lost at the next sweep."""
    with new_desk(tmp_path / "vault") as desk:
        with pytest.raises(ExportRefused) as refused:
            export(desk, plan_export(desk), recipient="x", purpose="y", out=desk.vault.folder / "blobs")
        assert "inside_the_vault" == refused.value.facts["reason"]
