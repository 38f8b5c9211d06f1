"""Telephone numbers: kept as typed, compared in E.164 (ITU-T). The only importer of ``phonenumbers``."""

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def to_e164(typed: str, region: str) -> str:
    """Return the number in E.164, or empty text where it is none in ``region`` (ISO 3166-1 alpha-2).

    Bare ``tel:`` URIs (RFC 3966) are understood. Numbers that are possible in length but not assigned are
    kept: the reserved numbers of exercises are such.
    """
    bare = typed.strip().removeprefix("tel:").split(";ext=")[0]
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def fold_email(typed: str) -> str:
    """Return an e-mail address as it is compared: trimmed, lower case, without ``mailto:``."""
    bare = typed.strip()
    if bare.lower().startswith("mailto:"):
        bare = bare[len("mailto:") :]
    return bare.casefold()
