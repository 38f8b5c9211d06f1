"""The standard Office encryption: full key, right password only, no changed byte unnoticed."""

import math
import random
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest
from msoffcrypto import OfficeFile

from liaison_desk.domain.errors import (
    ExchangeError,
    ExportRefused,
    FileDamaged,
    FileDangerous,
    FileProtected,
    FormatUnknown,
)
from liaison_desk.exports.office_encryption import (
    PASSWORD_LIMIT,
    SPIN_COUNT,
    decrypt,
    encrypt,
    propose_password,
)
from liaison_desk.exports.workbook import write_workbook
from tests.workbook_samples import sample_workbook

FAST = 100
DIRECTORY_END = 4096
"""From here on a cut container still tells what it is."""
PASSWORD = "k7fm-q2wd-x9tp-r4hn"
PLAIN = write_workbook(sample_workbook(5)).data


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """The sample, encrypted with few rounds."""
    return encrypt(PLAIN, PASSWORD, FAST)


@pytest.mark.parametrize("password", [PASSWORD, "x", "Příliš žluťoučký 漢字 😀", "a b", "x" * PASSWORD_LIMIT])
def test_right_password_gives_the_same_bytes(password: str) -> None:
    """What was encrypted comes back byte for byte."""
    assert PLAIN == decrypt(encrypt(PLAIN, password, FAST), password)


def test_standard_rounds() -> None:
    """Without further word the password is stretched by 500 000 rounds, with AES-256 and SHA-512."""
    file = OfficeFile(BytesIO(encrypt(PLAIN, PASSWORD)))
    assert (500_000, 256, "SHA512") == (
        file.info["spinValue"],
        file.info["passwordKeyBits"],
        file.info["keyDataHashAlgorithm"],
    )
    assert SPIN_COUNT == 500_000


def package_key(container: bytes) -> bytes:
    """Return the key that encrypts the content."""
    file = OfficeFile(BytesIO(container))
    file.load_key(password=PASSWORD, verify_password=True)
    return bytes(file.secret_key)


def test_package_key_has_256_random_bits() -> None:
    """No half of the package key is a constant, and no two files share one."""
    keys = {package_key(encrypt(PLAIN, PASSWORD, FAST)) for _ in range(4)}
    assert 4 == len({key[:16] for key in keys}) == len({key[16:] for key in keys})
    assert all(len(key) == 32 and key[16:] != b"\x36" * 16 for key in keys)


def test_content_is_not_in_the_container(sealed: bytes) -> None:
    """Neither the package nor any of its parts lies in clear inside."""
    assert sealed.startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    for trace in (b"PK\x03\x04", b"worksheets", "AL-26".encode("utf-16-le"), b"AL-26", PASSWORD.encode()):
        assert trace not in sealed


@pytest.mark.parametrize("password", ["", "x", PASSWORD.upper(), PASSWORD + " ", "x" * 300])
def test_wrong_password(sealed: bytes, password: str) -> None:
    """Another password, or none, is told as such."""
    with pytest.raises(FileProtected):
        decrypt(sealed, password)


def test_password_in_another_normal_form() -> None:
    """A password typed with combining marks is the same password."""
    assert PLAIN == decrypt(encrypt(PLAIN, "e\u0301x", FAST), "\u00e9x")


@pytest.mark.parametrize("password", ["", "x" * (PASSWORD_LIMIT + 1), "😀" * 128, "a\x00b", "a\nb", "\ud800"])
def test_password_that_excel_does_not_take(password: str) -> None:
    """Empty, too long and unprintable passwords are refused before anything is encrypted."""
    with pytest.raises(ExportRefused):
        encrypt(PLAIN, password, FAST)


def test_flipped_bytes(sealed: bytes) -> None:
    """No flipped byte gives changed content: either an error, or it lay in unused space."""
    chance = random.Random(5)
    refused = 0
    places = [*range(0, 2048, 8), *(chance.randrange(len(sealed)) for _ in range(600))]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randrange(8)
        try:
            assert PLAIN == decrypt(bytes(changed), PASSWORD)
        except ExchangeError:
            refused += 1
    assert refused > len(places) / 2


def test_cut_and_foreign_files(sealed: bytes) -> None:
    """A cut file is damaged; a plain workbook, an empty file and others are no encrypted Office file."""
    for length in range(DIRECTORY_END, len(sealed) - 512, 2048):
        with pytest.raises(FileDamaged):
            decrypt(sealed[:length], PASSWORD)
    for foreign in (b"", b"x", PLAIN, b"%PDF-1.7"):
        with pytest.raises(FormatUnknown):
            decrypt(foreign, PASSWORD)
    for length in range(1, DIRECTORY_END, 100):
        with pytest.raises((FormatUnknown, FileDamaged)):
            decrypt(sealed[:length], PASSWORD)


def test_file_that_would_keep_the_reader_busy() -> None:
    """A file that asks for millions of password rounds is refused at once."""
    slow = encrypt(PLAIN, PASSWORD, 1_000_000).replace(b'spinCount="1000000"', b'spinCount="9000000"')
    with pytest.raises(FileDangerous):
        decrypt(slow, PASSWORD)


def test_large_file() -> None:
    """A container beyond its first table of sectors comes back whole."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as package:
        package.writestr("noise", random.Random(1).randbytes(9 << 20))
    assert buffer.getvalue() == decrypt(encrypt(buffer.getvalue(), PASSWORD, FAST), PASSWORD)


def test_proposed_passwords() -> None:
    """Proposals are readable, all different, and hold at least 75 bits."""
    proposals = {propose_password() for _ in range(500)}
    letters = set("".join(proposals)) - {"-"}
    assert 500 == len(proposals)
    assert not letters & set("0o1ilyzOIL")
    assert {19} == {len(proposal) for proposal in proposals}
    assert 16 * math.log2(len(letters)) >= 75
