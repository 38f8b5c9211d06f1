"""Folding, sorting and naming: what is typed in haste, in either script, inflected or not."""

import pytest
from hypothesis import given

from liaison_desk.domain.collation import LANGUAGES, sort_key
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.folding import fold, fold_name, fold_words, umlaut_spelling
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.naming import blank_names, find_name, name_patterns, stem_of
from liaison_desk.domain.organisation import Organisation
from tests.strategies import clean_text

BOTH_WAYS = (
    ("Đoković", "Djokovic", "Dokovic", "Ђоковић"), ("Штрбац", "Štrbac", "Strbac"), ("Јовановић", "Jovanović"),
    ("Ђорђевић", "Đorđević", "Djordjevic"), ("Џаферовић", "Džaferović", "Dzaferovic"), ("Љубиша", "Ljubiša"),
    ("Његош", "Njegoš", "Njegos"), ("Жика", "Žika"), ("Шешељ", "Šešelj"), ("Ћирић", "Ćirić", "Ciric"),
    ("Хаџић", "Hadžić"), ("Цветковски", "Cvetkovski"), ("Ѓорѓиев", "Gjorgjiev"), ("Ќосев", "Kjosev"),
    ("Ѕвезда", "Dzvezda"), ("Вучић", "Vučić"), ("Зоран Заев", "Zoran Zaev"), ("Груевски", "Gruevski"),
    ("Чедомир", "Čedomir"), ("Ниш", "Niš"),
)  # fmt: skip


@pytest.mark.parametrize("spellings", BOTH_WAYS, ids=lambda spellings: spellings[0])
def test_a_name_meets_itself_in_the_other_script(spellings: tuple[str, ...]) -> None:
    """Twenty names in Cyrillic and Latin, with and without marks, are one to search."""
    assert len(BOTH_WAYS) == 20
    assert 1 == len({tuple(fold_words(spelling)) for spelling in spellings})


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Škrtel", "skrtel"), ("Çağlar", "caglar"), ("Përparim", "perparim"), ("Tiranë", "tirane"),
        ("Łódź", "lodz"), ("Åse Øst", "ase ost"), ("Straße", "strasse"), ("IŞIK ışık", "isik isik"),
        ("Þór", "thor"), ("Œuvre", "oeuvre"), ("e\u0308", "e"), ("ﬁ", "fi"), ("Ⅳ", "iv"),
    ],
)  # fmt: skip
def test_marks_and_foreign_letters_fold(text: str, folded: str) -> None:
    """Letters that Unicode does not split fold by the table, the others lose their marks."""
    assert folded == fold(text)


@given(clean_text)
def test_folded_words_are_plain(text: str) -> None:
    """The word index sees letters and digits of ASCII only; case and composition make no difference."""
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in fold_words(text))
    assert fold(text).isascii()


def test_names_are_compared_without_order() -> None:
    """Family name first or last is the same person; umlauts are also found written out."""
    assert fold_name("Hoxha Arben") == fold_name("ARBEN  Hoxha")
    assert "mueller" == fold(umlaut_spelling("Müller"))


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("cs", ["10", "Cícha", "Čermák", "Hanák", "Charvát", "Ihned", "Rezek", "Řezníček", "Zach", "Žák"]),
        ("sq", ["Çela", "Duka", "Dhima", "Ëndrra", "Guri", "Gjoka", "Luli", "Llalla", "Xoxa", "Xhaka"]),
        ("en", ["Jones", "Smith", "Smith-Jones", "Zoe", "Zoë"]),
    ],
)  # fmt: skip
def test_names_sort_by_their_alphabet(language: str, names: list[str]) -> None:
    """Czech ch after h, Albanian gj after g; marks that make no letter only decide between equals."""
    assert names == sorted(set(names), key=lambda name: sort_key(name, language))


def test_marks_weigh_more_than_case() -> None:
    """Novak, novák, Novák: first the letters, then their marks, then small before large."""
    names = ["novak", "Novak", "novák", "Novák", "Nováková"]
    for language in LANGUAGES:
        assert names == sorted(set(names), key=lambda name: sort_key(name, language))


HOXHA = Contact(
    id=RecordId("c"), name="Arben Hoxha", family_name="Hoxha", given_name="Arben", aliases=("Beni Tirana",)
)


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("Arben Hoxha přišel", "[] přišel"),
        ("HOXHA ARBEN", "[]"),
        ("s Hoxhou a bez Hoxhy", "s [] a bez []"),
        ("Hoxhës i tha", "[] i tha"),
        ("s Arbenem Hoxhou", "s Arbenem []"),
        ("Beni  Tirana, Beni", "[], Beni"),
        ("Hoxhaj", "[]"),
        ("Hoxhanová", "Hoxhanová"),
        ("nic", "nic"),
        ("", ""),
    ],
)
def test_names_are_found_inflected(text: str, blanked: str) -> None:
    """Full name, either order, alias or family name, with the endings of Czech and Albanian."""
    patterns = name_patterns(HOXHA)
    assert blanked == blank_names(patterns, text, "[]")
    found = find_name(patterns, text)
    assert (found is None) == (text == blanked)
    if found is not None:
        assert any(stem_of(pattern) in fold(text) for pattern in patterns)


def test_short_names_take_no_other_words_with_them() -> None:
    """A name of two letters is only itself; a composed letter and its parts are one."""
    short = Contact(id=RecordId("c"), name="Li", family_name="Li")
    assert "[] a lidé" == blank_names(name_patterns(short), "Li a lidé", "[]")
    marked = Contact(id=RecordId("c"), name="Përparim")
    assert "[]!" == blank_names(name_patterns(marked), "Pe\u0308rparim!", "[]")


def test_other_roots_are_named_by_their_title() -> None:
    """An organisation is named by its name, and something without one by nothing."""
    assert [("asp", "tirana")] == name_patterns(Organisation(id=RecordId("o"), name="ASP Tirana"))
    assert [] == name_patterns(Organisation(id=RecordId("o"), name="?"))
