"""What opens a vault: passphrases and the rule for new ones, recovery codes, slots, derivation."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.errors import (
    HeaderDamaged,
    HeaderUnsupported,
    PassphraseTooWeak,
    RecoveryCodeMalformed,
    WrongSecret,
)
from liaison_desk.vault.derivation import FAST, MEMORY_BOUNDS, PASSES_BOUNDS, Argon2Cost, calibrate
from liaison_desk.vault.keys import MasterKey
from liaison_desk.vault.passphrases import MOST_CHARACTERS, Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import (
    matches_keyring_secret,
    open_passphrase_slot,
    open_recovery_slot,
    parse_slot,
    seal_keyring_slot,
    seal_passphrase_slot,
    seal_recovery_slot,
)
from tests.vault_material import OTHER_WORDS, WORDS

VAULT_ID = "0123456789abcdef" * 2
CREATED = "2026-11-24T09:30:00.000000Z"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("a" * 15, "repetition"),
        ("ab" * 20, "repetition"),
        ("kůňkůňkůňkůňkůň", "repetition"),
        ("Tirana2026Tirana2026", "repetition"),
        ("!" * 30, "repetition"),
        ("abcdefghijklmnop", "sequence"),
        ("9876543210987654", "sequence"),
        ("qwertzuiopasdfghjkl", "sequence"),
        ("liaison desk liaison", "common"),
        ("Liaison-Desk-12345", "common"),
        ("password123456789", "common"),
        ("correct horse battery staple", "common"),
        ("HesloHeslo12345678", "common"),
    ],
)
def test_weak_passphrase_is_refused(typed: str, reason: str) -> None:
    """What is short, repeated, a keyboard row or on everybody's list is refused by its reason."""
    with pytest.raises(PassphraseTooWeak) as refused:
        Passphrase(typed).demand_strength()
    assert {"reason": reason, "minimum": 15} == refused.value.facts


@pytest.mark.parametrize(
    "typed",
    [
        WORDS,
        OTHER_WORDS,
        "fifteen letters",
        "x" + "žluťoučký kůň " * 70,
        "🦉 na střeše spí 🌙 tiše",
        "пароли не повторяются",
        "4711 kafe 0815 rohlík",
        "nenapadne mě heslo",
    ],
)
def test_strong_passphrase_passes(typed: str) -> None:
    """Length is enough: no demands on digits, capitals or signs, any script, up to 1024 characters."""
    Passphrase(typed).demand_strength()


@pytest.mark.parametrize(
    ("typed", "reason"), [("a\0b", "nul"), ("x" * 1025, "too long"), ("\ud800", "not text")]
)
def test_impossible_passphrase_is_refused(typed: str, reason: str) -> None:
    """NUL, half characters and more than 1024 characters are no passphrase at all."""
    with pytest.raises(PassphraseTooWeak) as refused:
        Passphrase(typed)
    assert reason == refused.value.facts["reason"]
    assert MOST_CHARACTERS == len(Passphrase("x" * 1024).reveal())


def test_passphrase_is_one_in_every_spelling() -> None:
    """Composed and decomposed letters, wide and narrow forms are the same passphrase."""
    forms = {
        Passphrase(unicodedata.normalize(form, WORDS)).reveal() for form in ("NFC", "NFD", "NFKC", "NFKD")
    }
    assert 1 == len(forms)


def test_secrets_do_not_show_themselves() -> None:
    """No secret stands in a representation, and wiping overwrites it."""
    passphrase, code, master = Passphrase(WORDS), RecoveryCode.make(), MasterKey.make()
    assert ["Passphrase()", "RecoveryCode()", "MasterKey()"] == [repr(passphrase), repr(code), repr(master)]
    passphrase.wipe()
    master.wipe()
    assert {0} == set(passphrase.reveal())
    assert bytes(32) == master.reveal()


@given(st.binary(min_size=20, max_size=20))
def test_recovery_code_reads_back(secret: bytes) -> None:
    """A code is eight groups of five and reads back however it is typed."""
    text = RecoveryCode(secret).text()
    assert [5] * 8 == [len(group) for group in text.split("-")]
    for typed in (
        text,
        text.lower(),
        text.replace("-", " "),
        text.replace("-", ""),
        f"  {text}\n",
        text.replace("0", "O").replace("1", "l"),
        text.replace("0", "o").replace("1", "I"),
        text.replace("-", "\u2013"),
    ):
        assert secret == RecoveryCode.parse(typed).secret


def test_every_slip_in_a_recovery_code_is_noticed() -> None:
    """Every single wrong character, swap of neighbours and swap of groups is refused, by its group."""
    text = RecoveryCode(random.Random(7).randbytes(20)).text().replace("-", "")
    slips = set()
    for place, right in enumerate(text):
        slips |= {
            text[:place] + wrong + text[place + 1 :]
            for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
            if wrong != right
        }
    for place in range(39):
        slips.add(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
    for first in range(8):
        for second in range(first):
            groups = [text[place : place + 5] for place in range(0, 40, 5)]
            groups[first], groups[second] = groups[second], groups[first]
            slips.add("".join(groups))
    slips.discard(text)
    for slip in slips:
        with pytest.raises(RecoveryCodeMalformed) as refused:
            RecoveryCode.parse(slip)
        assert {"reason", "group"} == set(refused.value.facts)


@pytest.mark.parametrize("typed", ["", "ABCDE", "U" * 40, "0" * 39, "0" * 41, "ß" * 40, "\0" * 40])
def test_malformed_recovery_code_is_refused(typed: str) -> None:
    """What has the wrong length or foreign characters is refused."""
    with pytest.raises(RecoveryCodeMalformed):
        RecoveryCode.parse(typed)


def test_slots_open_with_their_own_secret_only() -> None:
    """Each slot gives the master key for its secret, survives the header, and refuses every other one."""
    master, code = MasterKey.make(), RecoveryCode.make()
    passphrase = Passphrase(WORDS)
    plain = seal_passphrase_slot(VAULT_ID, master, passphrase, cost=FAST, created=CREATED)
    recovery = seal_recovery_slot(VAULT_ID, master, code, created=CREATED)
    assert plain == parse_slot(plain.to_json())
    assert recovery == parse_slot(recovery.to_json())
    assert master.reveal() == open_passphrase_slot(VAULT_ID, plain, passphrase).reveal()
    assert master.reveal() == open_recovery_slot(VAULT_ID, recovery, code).reveal()
    with pytest.raises(WrongSecret):
        open_passphrase_slot(VAULT_ID, plain, Passphrase(OTHER_WORDS))
    with pytest.raises(WrongSecret):
        open_passphrase_slot("f" * 32, plain, passphrase)
    with pytest.raises(WrongSecret):
        open_recovery_slot(VAULT_ID, recovery, RecoveryCode.make())


def test_keyring_slot_needs_both_halves() -> None:
    """The right passphrase without the right keyring secret opens nothing, and the slot can tell why."""
    master, passphrase, secret = MasterKey.make(), Passphrase(WORDS), bytes(range(32))
    slot = seal_keyring_slot(
        VAULT_ID,
        master,
        passphrase,
        cost=FAST,
        created=CREATED,
        slot_id="00" * 8,
        keyring_secret=secret,
        backend="SecretService",
    )
    assert slot == parse_slot(slot.to_json())
    assert master.reveal() == open_passphrase_slot(VAULT_ID, slot, passphrase, secret).reveal()
    for wrong in (b"", bytes(32)):
        assert not matches_keyring_secret(VAULT_ID, slot, wrong)
        with pytest.raises(WrongSecret):
            open_passphrase_slot(VAULT_ID, slot, passphrase, wrong)
    assert matches_keyring_secret(VAULT_ID, slot, secret)


@pytest.mark.parametrize(
    "change",
    [
        {"m": 65535},
        {"m": 2 * 1024 * 1024 + 1},
        {"t": 2},
        {"t": 65},
        {"p": 0},
        {"p": 17},
        {"m": "65536"},
        {"x": 1},
    ],
)
def test_cost_out_of_bounds_is_damage(change: dict[str, object]) -> None:
    """Floor and cap hold when reading, before anything is computed."""
    with pytest.raises(HeaderDamaged):
        Argon2Cost.from_json(FAST.to_json() | change)


def test_cost_of_another_algorithm_is_unsupported() -> None:
    """An algorithm of a later program is named, not called damage."""
    with pytest.raises(HeaderUnsupported):
        Argon2Cost.from_json({"alg": "argon3"})
    assert FAST == Argon2Cost.from_json(FAST.to_json())


def test_calibration_keeps_the_floor_and_grows_with_time() -> None:
    """However little time is asked for, the floor holds; more time gives more passes."""
    least = calibrate(0.0, memory=MEMORY_BOUNDS[0])
    more = calibrate(0.5, memory=MEMORY_BOUNDS[0])
    assert (MEMORY_BOUNDS[0], PASSES_BOUNDS[0]) == (least.memory, least.passes)
    assert more.passes > least.passes
    assert more == Argon2Cost.from_json(more.to_json())


def test_subkeys_differ_by_purpose_and_context() -> None:
    """No two purposes share a key, and the same purpose gives the same key."""
    master = MasterKey(bytes(range(32)))
    keys = {
        bytes(master.subkey(*which))
        for which in (("ld/db/1",), ("ld/header",), ("ld/backup", "a"), ("ld/backup", "b"))
    }
    assert 4 == len(keys)
    assert master.subkey("ld/header") == MasterKey(bytes(range(32))).subkey("ld/header")
