"""Our sort keys order as Qt's collator does, which the window would use for the same lists."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from liaison_desk.domain.collation import LANGUAGES, sort_key

CHILD = Path(__file__).with_name("collator_child.py")
LOCALES = {"cs": "cs_CZ", "sq": "sq_AL", "en": "en_GB"}
NAMES = {
    "cs": (
        "Adam", "Ádám", "Čermák", "Cermak", "Cícha", "Chalupa", "Hanák", "Charvát", "Ihned", "Řezníček",
        "Rezek", "Říha", "Šrámek", "Srb", "Žák", "Zach", "Ťulpa", "Tománek", "Ďas", "Dub", "Ňouma", "Novák",
        "novák", "Novak", "Nováková", "Ústí", "Usti", "Ůr", "Éra", "Era", "Škrtel", "Čech", "čech", "Chyba",
        "10", "2",
    ),
    "sq": (
        "Çela", "Cani", "Dhima", "Dani", "Duka", "Ëndrra", "Elbasan", "Gjoka", "Gashi", "Guri", "Llalla",
        "Lala", "Luli", "Njazi", "Nano", "Nuri", "Rrapi", "Rama", "Ruli", "Shehu", "Sala", "Suli", "Thaçi",
        "Tafa", "Tuli", "Xhaka", "Xoxa", "Zhuka", "Zana", "Hoxha", "hoxha", "Përparim", "Perparim", "Qosja",
    ),
    "en": (
        "Zoë", "Zoe", "zoe", "O'Brien", "Obrien", "Smith-Jones", "Smith", "Jones", "Müller", "Muller", "Łódź",
        "Lodz", "10", "2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_sort_keys_order_as_the_collator_does(language: str) -> None:
    """Names of the trade in the order of each language of the desk."""
    done = subprocess.run(
        [sys.executable, str(CHILD), LOCALES[language]],
        input=json.dumps(NAMES[language]),
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout) == sorted(NAMES[language], key=lambda name: sort_key(name, language))
