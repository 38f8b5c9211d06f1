"""Whatever a name is made of: written in a text it is found there and blanked, so that erasure meets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.contact import Contact
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.naming import blank_names, find_name, name_patterns
from liaison_desk.domain.organisation import Organisation
from tests.strategies import clean_text


@pytest.mark.parametrize(
    "name",
    [
        "किरण बेदी",
        "שָׁלוֹם",
        "محمد عَلِيّ",
        "🙂 smile",
        "0\x800 Club",
        "½ Price",
        "Zero\u200cWidth Joiner",
        "soft\u00adhyphen",
        "王小明",
    ],
)
def test_names_beyond_latin_are_found_in_texts(name: str) -> None:
    """Vowel signs, points, joiners, fractions and pictures in a name do not hide it."""
    for root in (Contact(id=RecordId("c"), name=name), Organisation(id=RecordId("o"), name=name)):
        patterns = name_patterns(root)
        assert "s [] dnes" == blank_names(patterns, f"s {name} dnes", "[]")
        assert find_name(patterns, "nic ani zde") is None


@given(name=clean_text, before=clean_text, after=clean_text)
def test_any_name_is_found_where_it_is_written(name: str, before: str, after: str) -> None:
    """A name is found between any texts, and once blanked it is not found any more."""
    patterns = name_patterns(Organisation(id=RecordId("o"), name=name))
    if not patterns:
        return
    text = f"{before} {name} {after}"
    assert find_name(patterns, text) is not None
    assert find_name(patterns, blank_names(patterns, text, "[]")) is None


@given(st.text(st.characters(codec="ascii")))
def test_plain_names_are_taken_apart_as_ever(name: str) -> None:
    """Plain letters and digits are the words of a plain name."""
    patterns = name_patterns(Organisation(id=RecordId("o"), name=name.replace("\0", "")))
    words = [word for words in patterns for word in words]
    assert fold_words(name.replace("\0", "")) == words
