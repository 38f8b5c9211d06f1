"""The header: any change is noticed, before or right after a slot opens."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison_desk.domain.errors import HeaderDamaged, HeaderUnsupported, VaultError, WrongSecret
from liaison_desk.vault.canonical import encode_canonical
from liaison_desk.vault.header import (
    HEADER_NAME,
    MOST_BYTES,
    SPARE_NAME,
    Anchor,
    load_header,
    parse_header,
    write_header,
)
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import SlotType
from liaison_desk.vault.unlocking import unlock
from tests.vault_material import ANCHOR, WORDS, forge_header, make_vault, reopen


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> tuple[Path, RecoveryCode]:
    created = make_vault(tmp_path / "vault", rows=1)
    created.vault.close([ANCHOR])
    return tmp_path / "vault", created.recovery_code


def test_every_flipped_byte_is_refused(made: tuple[Path, RecoveryCode]) -> None:
    """Each byte of the header, flipped in each of its bits, is refused and never opens."""
    folder, code = made
    raw = (folder / HEADER_NAME).read_bytes()
    refused = 0
    for place in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            with pytest.raises((HeaderDamaged, HeaderUnsupported)):
                unlock(parse_header(bytes(flipped)), code)
            refused += 1
    assert 8 * len(raw) == refused


def test_flipped_byte_in_the_folder_is_refused(made: tuple[Path, RecoveryCode]) -> None:
    """Opening a folder whose only header has a flipped byte is refused; the right bytes open again."""
    folder, code = made
    raw = (folder / HEADER_NAME).read_bytes()
    (folder / SPARE_NAME).unlink()
    for place in random.Random(1).sample(range(len(raw)), 40):
        flipped = bytearray(raw)
        flipped[place] ^= 0x10
        (folder / HEADER_NAME).write_bytes(flipped)
        with pytest.raises((HeaderDamaged, HeaderUnsupported)):
            reopen(folder, code)
    (folder / HEADER_NAME).write_bytes(raw)
    reopen(folder, code).close()


def test_spare_copy_opens_and_renews_a_damaged_header(made: tuple[Path, RecoveryCode]) -> None:
    """A damaged or missing header is replaced by its spare copy at the next opening."""
    folder, code = made
    raw = (folder / HEADER_NAME).read_bytes()
    for damage in (b"", raw[:-1], b"\0" * 500, None):
        if damage is None:
            (folder / HEADER_NAME).unlink()
        else:
            (folder / HEADER_NAME).write_bytes(damage)
        reopen(folder, code).close()
        assert raw == (folder / HEADER_NAME).read_bytes()


def test_missing_or_stale_spare_copy_is_renewed(made: tuple[Path, RecoveryCode]) -> None:
    """A spare copy that is gone or behind is written again at the next opening."""
    folder, code = made
    raw = (folder / HEADER_NAME).read_bytes()
    for damage in (None, b"stale"):
        (folder / SPARE_NAME).unlink()
        if damage:
            (folder / SPARE_NAME).write_bytes(damage)
        reopen(folder, code).close()
        assert raw == (folder / SPARE_NAME).read_bytes()


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(value: dict[str, Any]) -> None:
        place: Any = value
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


_ATTACKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "recovery slot dropped": lambda header: header["slots"].pop(1),
    "all slots dropped": lambda header: header["slots"].clear(),
    "generation raised": _set("gen", to=99),
    "generation zero": _set("gen", to=0),
    "generation a bool": _set("gen", to=True),
    "generation a fraction": _set("gen", to=2.0),
    "generation endless": _set("gen", to=2**70),
    "other vault id": _set("vault_id", to="00" * 16),
    "vault id in capitals": _set("vault_id", to="AB" * 16),
    "other key": _set("db", "key", to="none"),
    "other cipher": _set("db", "cipher", to="plain"),
    "other file": _set("db", "file", to="vault-000009.db"),
    "file elsewhere": _set("db", "file", to="../vault-000001.db"),
    "memory below the floor": _set("slots", 0, "kdf", "m", to=8),
    "memory without end": _set("slots", 0, "kdf", "m", to=2**40),
    "memory as text": _set("slots", 0, "kdf", "m", to="65536"),
    "passes without end": _set("slots", 0, "kdf", "t", to=10**9),
    "passes below the floor": _set("slots", 0, "kdf", "t", to=2),
    "lanes a bool": _set("slots", 0, "kdf", "p", to=True),
    "no derivation": _set("slots", 0, "kdf", "alg", to="none"),
    "derivation missing": _set("slots", 0, "kdf", to=None),
    "unknown slot type": _set("slots", 0, "type", to="open"),
    "slot type a number": _set("slots", 0, "type", to=1),
    "passphrase slot as recovery slot": _set("slots", 0, "type", to="recovery"),
    "wrapped key short": _set("slots", 1, "ct", to="AAAA"),
    "salt not base64": _set("slots", 1, "salt", to="!!"),
    "mac a list": _set("slots", 1, "mac", to=[]),
    "seventeen slots": lambda header: header.update(slots=header["slots"][:1] * 17),
    "slot not an object": _set("slots", 0, to=3),
    "slot with more fields": _set("slots", 0, "more", to=1),
    "header with more fields": _set("more", to=1),
    "anchor moved back": _set("anchor", 0, "sequence", to=1),
    "anchor negative": _set("anchor", 0, "sequence", to=-1),
    "anchor dropped": _set("anchor", to=[]),
    "anchor not a list": _set("anchor", to={}),
    "format 2": _set("format", to=2),
    "format as text": _set("format", to="1"),
    "hmac dropped": lambda header: header.pop("hmac"),
    "hmac of zeros": _set("hmac", to="A" * 43 + "="),
}


@pytest.mark.parametrize("name", list(_ATTACKS))
def test_forged_field_is_refused(made: tuple[Path, RecoveryCode], name: str) -> None:
    """A changed field under a renewed checksum is refused, by recovery code and by passphrase."""
    folder, code = made
    forge_header(folder, _ATTACKS[name])
    for secret in (code, Passphrase(WORDS)):
        with pytest.raises(VaultError):
            reopen(folder, secret)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 500,
        b"[" * 60_000,
        b"a" * (MOST_BYTES + 1),
        b"[]",
        b'{"magic":NaN}',
        b'{"a":1e999}',
        b"\xff",
    ],
)
def test_garbage_is_damage(raw: bytes) -> None:
    """What is no header at all is damage."""
    with pytest.raises(HeaderDamaged):
        parse_header(raw)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000) | st.dictionaries(st.text(max_size=8), st.integers()).map(encode_canonical))
def test_any_bytes_are_damage(raw: bytes) -> None:
    """Whatever bytes lie there, the answer is one of ours and no key is derived."""
    with pytest.raises((HeaderDamaged, HeaderUnsupported)):
        parse_header(raw)


def test_newer_format_is_named(made: tuple[Path, RecoveryCode]) -> None:
    """A sound header of a later format is told apart from damage."""
    folder, code = made
    forge_header(folder, _set("format", to=2))
    with pytest.raises(HeaderUnsupported) as refused:
        reopen(folder, code)
    assert {"what": "format"} == refused.value.facts


def test_escrow_slot_is_kept_and_never_opened(made: tuple[Path, RecoveryCode]) -> None:
    """The reserved slot type is read; the header then fails only because an outsider added it."""
    folder, code = made
    escrow = {"id": "00" * 8, "type": "org-escrow", "created": "2026-11-24T09:30:00Z", "ct": "AAAA"}
    forge_header(folder, lambda header: header["slots"].append(escrow))
    header = load_header(folder).header
    assert SlotType.ORG_ESCROW is header.slots[-1].type
    assert header == parse_header(header.to_bytes())
    with pytest.raises(HeaderDamaged):
        unlock(header, code)


def test_anchor_refuses_what_does_not_fit() -> None:
    """Device, sequence and digest of a journal head have a fixed shape."""
    for device, sequence, digest in (
        ("", 1, "ab" * 32),
        ("d", -1, "ab" * 32),
        ("d", 1, "AB" * 32),
        ("d", 1, ""),
    ):
        with pytest.raises(ValueError, match="anchor"):
            Anchor(device, sequence, digest)


def test_header_beyond_64_kilobytes_is_never_written(made: tuple[Path, RecoveryCode]) -> None:
    """A header that could not be read back is refused and the old one stays."""
    folder, code = made
    raw = (folder / HEADER_NAME).read_bytes()
    header = load_header(folder).header
    many = tuple(header.slots[0] for _ in range(300))
    with pytest.raises(HeaderDamaged):
        write_header(folder, replace(header, slots=many))
    assert raw == (folder / HEADER_NAME).read_bytes()
    reopen(folder, code).close()
    assert not [path for path in folder.iterdir() if path.name.startswith(".new-")]


def test_wrong_passphrase_is_not_damage(made: tuple[Path, RecoveryCode]) -> None:
    """A sound header tells a wrong passphrase from damage."""
    folder, _ = made
    with pytest.raises(WrongSecret):
        reopen(folder, Passphrase(WORDS + "."))
    with pytest.raises(WrongSecret):
        reopen(folder, RecoveryCode(bytes(20)))
