"""Telephone numbers that reach nobody, for sample data.

Britain and Germany reserve numbers for drama: Ofcom 07700 900000-900999, Bundesnetzagentur
(0)30 23125-000 to -999. The other countries of the samples reserve none, so theirs come from parts of the
national plan in which no number is assigned: in Albania 060 (mobile numbers begin with 066 to 069), in
Czechia 61 (mobile numbers begin with 60 or 7), in Serbia 40, in North Macedonia 6 and in Kosovo 5. All of
them have the length of a real number, so that E.164 can be told from them.
"""

from typing import NamedTuple


class NumberRange(NamedTuple):
    """A range of numbers: ``digits`` of it vary; ``groups`` says how its national part is written."""

    code: str
    fixed: str
    digits: int
    groups: tuple[int, ...]


RANGES: dict[str, NumberRange] = {
    "AL": NumberRange("355", "600", 6, (2, 3, 4)),
    "CZ": NumberRange("420", "610", 6, (3, 3, 3)),
    "DE": NumberRange("49", "3023125", 3, (2, 5, 3)),
    "GB": NumberRange("44", "7700900", 3, (4, 6)),
    "MK": NumberRange("389", "60", 6, (2, 3, 3)),
    "RS": NumberRange("381", "400", 6, (2, 3, 4)),
    "XK": NumberRange("383", "500", 5, (2, 3, 3)),
}
"""By ISO 3166-1 alpha-2 code (``XK`` is the code in use for Kosovo)."""


def make_number(country: str, serial: int) -> str:
    """Return the number of this serial in E.164; small ranges begin again at their end."""
    code, fixed, digits, _ = RANGES[country]
    return f"+{code}{fixed}{serial % 10**digits:0{digits}d}"


def write_number(country: str, serial: int) -> str:
    """Return the same number as people write it, with its country code and in groups."""
    reserved = RANGES[country]
    national = make_number(country, serial)[1 + len(reserved.code) :]
    parts = [f"+{reserved.code}"]
    for length in reserved.groups:
        parts.append(national[:length])
        national = national[length:]
    return " ".join(parts)


def is_reserved(number: str) -> bool:
    """Tell whether a number in E.164 lies in one of the ranges."""
    return any(
        number.startswith(f"+{one.code}{one.fixed}")
        and len(number) == 1 + len(one.code) + len(one.fixed) + one.digits
        for one in RANGES.values()
    )
