"""Text in cells and file names: visible, legal, never silently cut, nothing personal."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.exports.cell_text import (
    CELL_LIMIT,
    fit_cell,
    fold_lines,
    looks_like_formula,
    show_controls,
    utf16_length,
)
from liaison_desk.exports.file_names import name_workbook


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ěščř Ђорђе 漢字 😀", "plain ěščř Ђорђе 漢字 😀"),
        ("a\x00b", "a\u2400b"),
        ("\x1b[31m", "\u241b[31m"),
        ("\x7f", "\u2421"),
        ("a\x9bb", "a\ufffdb"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("tab\tstays", "tab\tstays"),
        ("\ud800lone\udfff", "\ufffdlone\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
    ],
)
def test_controls_become_visible(text: str, shown: str) -> None:
    """Every character that XML, Excel or the eye cannot take becomes a visible sign."""
    assert shown == show_controls(text)


@pytest.mark.parametrize("letter", ["a", "ě", "漢", "😀", "a\u0301"])
def test_text_up_to_the_limit_is_kept_whole(letter: str) -> None:
    """32 767 UTF-16 units fit; one more is cut with a note that says how much is missing."""
    fitting = (letter * CELL_LIMIT)[: CELL_LIMIT // max(1, utf16_length(letter) // len(letter))]
    assert (fitting, 0) == fit_cell(fitting)
    longer = fitting + letter * 2
    shown, missing = fit_cell(longer)
    kept = shown.partition(" [cut: ")[0]
    assert shown == f"{kept} [cut: {missing} characters more, see the desk]"
    assert longer.startswith(kept)
    assert missing == len(longer) - len(kept)
    assert utf16_length(shown) <= CELL_LIMIT


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_legal_xml(text: str) -> None:
    """Whatever comes in, what goes out encodes and holds no control but tab and line feed."""
    shown = show_controls(text)
    shown.encode("utf-8")
    assert all(letter >= " " or letter in "\t\n" for letter in shown)
    assert shown == show_controls(shown)


def test_one_line() -> None:
    """Titles and page texts are folded into one line."""
    assert "a b c" == fold_lines(" a\r\n b\t c\u2029")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\tx"])
def test_formula_starts(text: str) -> None:
    """What a spreadsheet would evaluate when edited is recognised."""
    assert looks_like_formula(text)
    assert not looks_like_formula(f"x{text}")


@pytest.mark.parametrize(
    ("post", "day", "number", "name"),
    [
        ("AL-Tirana", date(2026, 11, 24), 7, "LD_AL-Tirana_2026-11-24_W48_0007.xlsx"),
        ("Tiranë / Shkodër", date(2027, 1, 1), 12345, "LD_Tirane-Shkoder_2027-01-01_W53_12345.xlsx"),
        ("../../etc\0", date(2026, 1, 1), 0, "LD_etc_2026-01-01_W01_0000.xlsx"),
        ("Тирана", date(2026, 1, 1), 1, "LD_post_2026-01-01_W01_0001.xlsx"),
        ("x" * 300, date(2026, 1, 1), 1, f"LD_{'x' * 40}_2026-01-01_W01_0001.xlsx"),
    ],
)
def test_file_name(post: str, day: date, number: int, name: str) -> None:
    """A file name says post, day, ISO week and export number, and any file system takes it."""
    assert name == name_workbook(post, day, number)
