"""Dates as people write them in Czech, English and Albanian, read into partial dates and moments.

What is not understood wholly is not read at all: a guess at a date is worse than a note.
"""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.folding import fold
from liaison_desk.domain.values import PartialDate

_MONTHS = tuple(
    re.compile(forms)
    for forms in (
        "led(en|na|nu)|jan(uary)?|janar(i|it)?",
        "unor(a|u)?|feb(ruary)?|shkurt(i|it)?",
        "brez(en|na|nu)|mar(ch)?|mars(i|it)?",
        "dub(en|na|nu)|apr(il)?|prill(i|it)?",
        "kvet(en|na|nu)|may|maj(i|it)?",
        "cerv(en|na|nu)|june?|qershor(i|it)?",
        "cerven(ec|ce|ci)|july?|korrik(u|ut)?",
        "srp(en|na|nu)|aug(ust)?|gusht(i|it)?",
        "zari|sept?(ember)?|shtator(i|it)?",
        "rij(en|na|nu)|oct(ober)?|tetor(i|it)?",
        "listopad(u)?|nov(ember)?|nentor(i|it)?",
        "prosin(ec|ce|ci)|dec(ember)?|dhjetor(i|it)?",
    )
)
_ROMAN_MONTHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_END_WORDS = {"konec", "konce", "koncem", "end", "fund", "fundi", "fundit"}
_SILENT_WORDS = {
    "of", "the", "on", "by", "until", "till", "st", "nd", "rd", "th", "dne", "do", "ke", "ku", "me", "dt",
    "date", "data", "te", "se", "ne", "e", "r", "rok", "roku", "roce", "year", "viti", "vitit", "a",
    "po", "ut", "ct", "pa", "so", "pondeli", "utery", "streda", "ctvrtek", "patek", "sobota", "nedele",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday",
}  # fmt: skip
_QUARTER = re.compile(
    r"(?:q([1-4])|([1-4]|i{1,3}|iv)\.? ?q(?:uarter)?|([1-4])(?:st|nd|rd|th) quarter"
    r"|([1-4]|i{1,3}|iv)\.? ?ctvrtleti|tremujori (?:i )?([1-4]|i{1,3}|iv))[ /-]*(?:of )?(\d{4})"
    r"|(\d{4})[ /-]*q([1-4])"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TOKEN = re.compile(r"\d+|[a-z]+|[^\s\d a-z.,/'-]")
_CLOCK = re.compile(
    r"(?:(?<=\d)t|[\s,]|^)\s*(?:v|ve|at|ne|ora|o)?\s*"
    r"(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?|(?<=\d{4} )(\d{1,2})\.(\d{2})|(\d{1,2})\.(\d{2})(?= ?h))"
    r"\s*(am|pm|hod\.?|h\.?|z)?$"
)
_LONGEST = 60
_YEAR_DIGITS = 4
_SHORT_YEAR_DIGITS = 2
_COMPACT_DIGITS = 8
_FIRST_BARE_YEAR = 1000
"""Four digits alone are a year from here on; below, they are rather a day and month (``--0415``)."""
_CENTURY_TURNS = 70
_HALF_DAY = 12
_MONTH_COUNT = 12


def parse_date(text: str, *, day_first: bool = True, near: date | None = None) -> PartialDate | None:
    """Return the date that a text means, or None where it is not wholly understood.

    Understood are days ("23. 11. 2026", "23.11.26", "November 23, 2026", "23. listopadu 2026"), months,
    years, ends of them ("konec dubna 2026", "fund prilli 2026") and quarters, which count as the end of
    their last month. A time of day is passed over. ``near`` gives a date without a year ("23.11.") the year
    that brings it nearest. Two-digit years from 70 on belong to the twentieth century.
    """
    if len(text) > _LONGEST:
        return None
    folded = fold(text).strip()
    clock = _CLOCK.search(folded)
    if clock is not None:
        folded = folded[: clock.start()]
    try:
        return _read_quarter(folded) or _read_tokens(_TOKEN.findall(folded), day_first=day_first, near=near)
    except InvalidValue:
        return None


def parse_moment(
    text: str, zone: ZoneInfo, *, day_first: bool = True, near: date | None = None
) -> datetime | None:
    """Return the moment (aware, UTC) that a text means, or None unless it names a whole day.

    A day without a time of day is its midnight in ``zone``.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _read_moment(text, zone, day_first=day_first, near=near)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None


def _read_moment(text: str, zone: ZoneInfo, *, day_first: bool, near: date | None) -> datetime | None:
    day = parse_date(text, day_first=day_first, near=near)
    if day is None or day.day is None:
        return None
    clock = _CLOCK.search(fold(text).strip())
    try:
        wall = datetime.combine(day.last_day, _read_clock(clock) if clock else time())
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read_clock(found: re.Match[str]) -> time:
    numbers = [int(part) for part in found.groups()[:-1] if part is not None]
    half = found.groups()[-1]
    if half in {"am", "pm"} and numbers[0] <= _HALF_DAY:
        numbers[0] = numbers[0] % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    hour, minute, second = [*numbers, 0][:3]
    return time(hour, minute, second)


def _read_quarter(folded: str) -> PartialDate | None:
    found = _QUARTER.fullmatch(folded)
    if found is None:
        return None
    *named, year, year_first, quarter = found.groups()
    which = next((part for part in named if part), quarter)
    return PartialDate(int(year or year_first), 3 * _ROMAN.get(which, 0) or 3 * int(which), end=True)


def _read_tokens(tokens: list[str], *, day_first: bool, near: date | None) -> PartialDate | None:
    numbers: list[str] = []
    months: list[int] = []
    roman: list[int] = []
    end = False
    for token in tokens:
        month = _month_of(token)
        if token.isdigit():
            numbers.append(token)
        elif token in _END_WORDS:
            end = True
        elif month:
            months.append(month)
        elif token in _ROMAN_MONTHS:
            roman.append(_ROMAN_MONTHS.index(token) + 1)
        elif token not in _SILENT_WORDS:
            return None
    months = months or roman  # Beside a named month "v" and "i" are small words, not numerals.
    if len(months) > 1:
        return None
    if months:
        year, day = _year_and_day(numbers)
        known = _complete(year, months[0], day, near) if numbers or near else None
    else:
        known = _read_numbers(numbers, near, day_first=day_first)
    if known is not None and end and known.day is None:
        return PartialDate(known.year, known.month, end=True)
    return known


def _month_of(word: str) -> int:
    return next((place for place, forms in enumerate(_MONTHS, 1) if forms.fullmatch(word)), 0)


def _year_and_day(numbers: list[str]) -> tuple[int | None, int | None]:
    """Tell year and day apart beside a month in words: the four-digit one is the year, else the second."""
    match numbers:
        case [one]:
            return (int(one), None) if len(one) == _YEAR_DIGITS else (None, int(one))
        case [one, two] if len(one) == _YEAR_DIGITS:
            return int(one), int(two)
        case [one, two]:
            return _full_year(two), int(one)
        case _:
            raise InvalidValue(field="", reason="no_such_date")


def _read_numbers(numbers: list[str], near: date | None, *, day_first: bool) -> PartialDate | None:
    """Read a date without words by the lengths of its numbers: the four-digit one is the year."""
    if len(numbers) == 1 and len(numbers[0]) == _COMPACT_DIGITS:
        compact = numbers[0]
        numbers = [compact[:4], compact[4:6], compact[6:]]
    match [len(number) for number in numbers]:
        case [4] if int(numbers[0]) < _FIRST_BARE_YEAR:
            return None
        case [4] | [4, _] | [4, _, _]:
            return PartialDate.parse("-".join(number.zfill(2) for number in numbers))
        case [_, 4]:
            return PartialDate(int(numbers[1]), int(numbers[0]))
        case [_, _]:
            return _complete(None, *_order(int(numbers[0]), int(numbers[1]), day_first=day_first), near)
        case [_, _, _]:
            month, day = _order(int(numbers[0]), int(numbers[1]), day_first=day_first)
            return PartialDate(_full_year(numbers[2]), month, day)
        case _:
            return None


def _order(one: int, two: int, *, day_first: bool) -> tuple[int, int]:
    """Return month and day; where the expected order gives a thirteenth month, the other one is meant."""
    month, day = (two, one) if day_first else (one, two)
    return (day, month) if month > _MONTH_COUNT >= day else (month, day)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > _SHORT_YEAR_DIGITS:
        return year
    return year + (1900 if year >= _CENTURY_TURNS else 2000)


def _complete(year: int | None, month: int, day: int | None, near: date | None) -> PartialDate | None:
    if year is not None:
        return PartialDate(year, month, day)
    if near is None or day is None:
        return None
    fitting = []
    for offered in (near.year - 1, near.year, near.year + 1):
        try:
            fitting.append(date(offered, month, day))
        except ValueError:
            continue
    return PartialDate.of(min(fitting, key=lambda one: abs(one - near))) if fitting else None
