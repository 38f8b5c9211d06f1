"""Finding who may be the same, among many, without comparing everybody with everybody."""

import random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from liaison_desk.domain.folding import fold_name
from liaison_desk.services.matching import SIMILAR, KeyPool, Reason, similarity

LETTERS = st.text("abcdeghiklmnoprstuz", min_size=4, max_size=9)


def pool_of(*names: str) -> KeyPool:
    """Return a pool with these people."""
    pool = KeyPool()
    for name in names:
        pool.add(name)
    return pool


@given(LETTERS, LETTERS)
def test_spelling_and_order_make_no_difference(given_name: str, family_name: str) -> None:
    """A name written the other way round and with marks is the same name."""
    pool = pool_of(f"{given_name} {family_name}", f"{family_name.upper()}, {given_name.title()}")
    assert {1: {0: {Reason.NAME}}} == pool.find_pairs(1)


@given(LETTERS, LETTERS, st.integers(0, 8))
def test_one_letter_more_is_found(given_name: str, family_name: str, place: int) -> None:
    """A name in which one letter stands twice is similar, as far as it is long enough to tell."""
    place %= len(family_name)
    longer = family_name[:place] + family_name[place] + family_name[place:]
    names = f"{given_name} {family_name}", f"{given_name} {longer}"
    one, other = map(fold_name, names)
    close = one != other and fuzz.token_sort_ratio(one, other) >= SIMILAR
    found = pool_of(*names).find_pairs(1).get(1, {})
    assert close == ({0: {Reason.SIMILAR_NAME}} == found)


def test_numbers_part_names() -> None:
    """Person 17 is not person 18, however long the rest."""
    assert {} == pool_of("Exercise Person 17", "Exercise Person 18").find_pairs(1)
    assert 0 == similarity("exercise person 17", "exercise person 18")


def test_records_are_not_compared_among_themselves() -> None:
    """Only entries from the first new one on are told."""
    pool = pool_of("Arben Hoxha", "Arben Hoxha", "Agim Kola")
    assert {} == pool.find_pairs(2)


def test_candidates_are_few() -> None:
    """However many have the name, each new row names five at most."""
    pairs = pool_of(*["Arben Hoxha"] * 500).find_pairs(499)
    assert [5] == [len(found) for found in pairs.values()]


def test_many_names_are_compared_in_order() -> None:
    """Among twenty thousand names each planted double is found, and nobody else."""
    chance = random.Random(3)
    given_names = ["".join(chance.choices("bdfgklmnprstvz", k=5)) for _ in range(40)]
    names = [f"{chance.choice(given_names)} {chance.choice('xyz')}ane{number}" for number in range(20_000)]
    planted = {20_000 + place: number for place, number in enumerate(range(0, 20_000, 1000))}
    pool = pool_of(*names, *(names[number] for number in planted.values()))
    found = pool.find_pairs(20_000)
    assert planted == {later: next(iter(earlier)) for later, earlier in found.items()}
