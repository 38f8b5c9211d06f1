"""Names of files that leave the desk: post, day, ISO week and export number, never anything personal."""

import re
import unicodedata
from datetime import date

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_POST_LENGTH = 40


def name_workbook(post: str, day: date, export_number: int) -> str:
    """Return a name such as ``LD_AL-Tirana_2026-11-24_W48_0007.xlsx``.

    ``post`` is the post's short name (``AL-Tirana``); marks, spaces and anything that a file
    system might refuse are replaced. ``day`` is the calendar day at the post; the week is that of
    ISO 8601.
    """
    plain = unicodedata.normalize("NFKD", post).encode("ascii", "ignore").decode("ascii")
    short = _NOT_PLAIN.sub("-", plain).strip("-")[:_POST_LENGTH].strip("-") or "post"
    week = day.isocalendar().week
    return f"LD_{short}_{day.isoformat()}_W{week:02d}_{export_number:04d}.xlsx"
