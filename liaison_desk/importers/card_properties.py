"""Where each property of a vCard goes: into the draft, into the note, or refused by name."""

import re
from collections.abc import Callable

from liaison_desk.domain.codes import AddressUse
from liaison_desk.domain.dates import parse_date
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.card_draft import CardDraft, Grouped, NameParts, Reached
from liaison_desk.importers.card_lines import Property
from liaison_desk.importers.card_media import MEDIA_NAMES, carries_data, read_media
from liaison_desk.importers.foreign_text import split_raw, split_value, unescape

_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_LANGUAGE = re.compile(r"([a-z]{2})(?:-[A-Za-z0-9-]+)?")

_MOBILE_WORDS = {"cell", "mobile", "iphone", "pcs"}
_SILENT_WORDS = {
    "voice", "pref", "internet", "text", "msg", "x-mobile", "cell", "mobile", "iphone", "fax", "home", "work",
    "quoted-printable", "8bit", "7bit", "base64", "uri", "main",
}  # fmt: skip
_SILENT_PARAMETERS = {
    "TYPE", "CHARSET", "ENCODING", "VALUE", "PREF", "INDEX", "PID", "ALTID", "X-EVOLUTION-UI-SLOT",
    "LANGUAGE", "SORT-AS", "MEDIATYPE", "CALSCALE", "LABEL",
}  # fmt: skip
_ADDRESS_LINES = 3
"""Post box, extended address and street come first in an address, each a line of its own."""


def put_property(draft: CardDraft, found: Property) -> None:
    """Give one property its place and count it once."""
    if found.nested:
        draft.account.note(f"AGENT {found.name}", _text(draft, found))
        return
    place = _PLACES.get(found.name)
    if found.name in MEDIA_NAMES:
        _put_media(draft, found)
    elif place is not None and place(draft, found):
        draft.account.keep()
        _remark_parameters(draft, found)
    else:
        _note(draft, found)


def _text(draft: CardDraft, found: Property) -> str:
    return unescape(found.value, old=draft.old).strip()


def _parts(draft: CardDraft, found: Property, separator: str) -> list[str]:
    return [part for part in split_value(found.value, separator, old=draft.old) if part]


def _note(draft: CardDraft, found: Property) -> None:
    described = found.name
    words = ", ".join(sorted(found.words() - _SILENT_WORDS | found.words() & {"home", "work"}))
    label = _label(draft, found)
    if label or words:
        described += f" ({', '.join(filter(None, (label, words)))})"
    draft.account.note(found.name, _text(draft, found), described)


def _label(draft: CardDraft, found: Property) -> str:
    label = draft.labels.get(found.group.lower(), "") if found.group else ""
    apple = _APPLE_LABEL.fullmatch(label)
    return apple[1] if apple else label


def _remark_parameters(draft: CardDraft, found: Property) -> None:
    """Keep in the note what parameters of a kept property tell and no field holds."""
    if not found.parameters:
        return
    told = sorted(found.words() - _SILENT_WORDS) if found.name in {"TEL", "EMAIL", "ADR", "IMPP"} else []
    for name, *values in found.parameters:
        if values and name.upper() not in _SILENT_PARAMETERS:
            told.append(f"{name}={','.join(values)}")
    if told:
        shown = " ".join(_parts(draft, found, ";"))
        draft.account.remark(f"{found.name} ({', '.join(told)}): {shown}")


def _put_media(draft: CardDraft, found: Property) -> None:
    if not carries_data(found):
        _note(draft, found)
        return
    media = read_media(found, len(draft.files) + 1)
    if media is None:
        draft.account.refuse(found.name, "not_base64")
    else:
        draft.files.append(media)
        draft.account.keep()


# --- one function for each property that has a place; False sends it to the note -----------------


def _put_silently(draft: CardDraft, found: Property) -> bool:
    del draft, found
    return True


def _put_full_name(draft: CardDraft, found: Property) -> bool:
    text = " ".join(_text(draft, found).split())
    if not draft.full_name:
        draft.full_name = text
    elif text and text != draft.full_name and text not in draft.aliases:
        draft.aliases.append(text)
    return True


def _put_name(draft: CardDraft, found: Property) -> bool:
    raw_fields = split_raw(found.value, ";")
    while len(raw_fields) > len(NameParts._fields) and not raw_fields[-1].strip():
        raw_fields.pop()
    if draft.parts is not None or len(raw_fields) > len(NameParts._fields):
        return False
    # Several values of one part stand between commas (RFC 6350, 6.2.2).
    fields = (" ".join(filter(None, split_value(raw, ",", old=draft.old))) for raw in raw_fields)
    draft.parts = NameParts(*fields)
    draft.sort_as = draft.sort_as or found.parameter("SORT-AS").replace(",", " ")
    return True


def _put_sort_string(draft: CardDraft, found: Property) -> bool:
    if draft.sort_as:
        return False
    draft.sort_as = _text(draft, found)
    return True


def _put_nicknames(draft: CardDraft, found: Property) -> bool:
    draft.aliases.extend(part for part in _parts(draft, found, ",") if part not in draft.aliases)
    return True


def _put_birthday(draft: CardDraft, found: Property) -> bool:
    born = read_day(_text(draft, found)) if draft.birthday is None else None
    # Apple writes 1604 for a birthday without a year, and says so in a parameter.
    if born is None or found.parameter("X-APPLE-OMIT-YEAR") == f"{born.year:04d}":
        return False
    draft.birthday = born
    return True


def read_day(text: str) -> PartialDate | None:
    """Return a date of a vCard (RFC 6350, 4.3; ISO 8601 basic and extended), or one as people write it."""
    iso = _ISO_DAY.fullmatch(text) or _ISO_MONTH.fullmatch(text)
    if iso is None:
        return parse_date(text)
    try:
        return PartialDate.parse("-".join(iso.groups()))
    except InvalidValue:
        return None


def _put_phone(draft: CardDraft, found: Property) -> bool:
    text = _text(draft, found)
    if text[:4].lower() == "tel:":
        text = text[4:]
    if not text:
        return False
    words = found.words()
    if words & _MOBILE_WORDS:
        use = AddressUse.MOBILE
    elif any("fax" in word for word in words):
        use = AddressUse.FAX
    else:
        use = _home_or_work(words)
    draft.phones.append(Reached(text, use, _is_preferred(found, words)))
    _remark_label(draft, found, text)
    return True


def _put_email(draft: CardDraft, found: Property) -> bool:
    text = _text(draft, found)
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if not text:
        return False
    words = found.words()
    draft.emails.append(Reached(text, _home_or_work(words), _is_preferred(found, words)))
    _remark_label(draft, found, text)
    return True


def _home_or_work(words: set[str]) -> AddressUse:
    if "home" in words and "work" not in words:
        return AddressUse.HOME
    return AddressUse.WORK if not words or words <= _SILENT_WORDS else AddressUse.OTHER


def _is_preferred(found: Property, words: set[str]) -> bool:
    return "pref" in words or found.parameter("PREF") == "1"


def _remark_label(draft: CardDraft, found: Property, text: str) -> None:
    if label := _label(draft, found):
        draft.account.remark(f"{found.name} ({label}): {text}")


def _put_address(draft: CardDraft, found: Property) -> bool:
    fields = [
        ", ".join(filter(None, split_value(raw, ",", old=draft.old))) for raw in split_raw(found.value, ";")
    ]
    lines = [part for part in fields[:_ADDRESS_LINES] if part]
    city, region, code, country, *rest = [*fields[_ADDRESS_LINES:], "", "", "", ""]
    lines += [part for part in (f"{code} {city}".strip(), region, country, *rest) if part]
    text = "\n".join(lines)
    if not text:
        return not found.parameter("LABEL")
    draft.addresses.append(text)
    if label := found.parameter("LABEL"):
        draft.account.remark(f"ADR LABEL: {label}")
    words = found.words() & {"home", "work"}
    if "home" in words or (words and len(draft.addresses) > 1):
        draft.account.remark(f"ADR ({', '.join(sorted(words))}): {text}")
    _remark_label(draft, found, text)
    return True


def _put_organisation(draft: CardDraft, found: Property) -> bool:
    text = ", ".join(_parts(draft, found, ";"))
    if text:
        draft.organisations.append(Grouped(found.group, text))
    return True


def _put_title(draft: CardDraft, found: Property) -> bool:
    if text := _text(draft, found):
        draft.titles.append(Grouped(found.group, text))
    return True


def _put_role(draft: CardDraft, found: Property) -> bool:
    if text := _text(draft, found):
        draft.roles.append(Grouped(found.group, text))
    return True


def _put_tags(draft: CardDraft, found: Property) -> bool:
    draft.tags.extend(word for word in _parts(draft, found, ",") if word not in draft.tags)
    return True


def _put_note(draft: CardDraft, found: Property) -> bool:
    if text := _text(draft, found):
        draft.account.write_down(text)
    return True


def _put_messenger(draft: CardDraft, found: Property) -> bool:
    text = _text(draft, found)
    if not text:
        return False
    scheme = "" if found.name == "IMPP" else found.name.removeprefix("X-").lower() + ":"
    draft.messengers.append(scheme + text)
    return True


def _put_language(draft: CardDraft, found: Property) -> bool:
    code = _LANGUAGE.fullmatch(_text(draft, found))
    if code is None:
        return False
    if code[1] not in draft.languages:
        draft.languages.append(code[1])
    return True


def _put_assistant(draft: CardDraft, found: Property) -> bool:
    text = _text(draft, found)
    if draft.assistant or not text:
        return False
    draft.assistant = text
    return True


def _put_uid(draft: CardDraft, found: Property) -> bool:
    if draft.uid:
        return False
    draft.uid = _text(draft, found)
    return True


def _put_kind(draft: CardDraft, found: Property) -> bool:
    draft.kind = _text(draft, found).lower()
    return draft.kind in {"", "individual", "org", "group"}


def _put_show_as(draft: CardDraft, found: Property) -> bool:
    draft.shows_company = _text(draft, found).upper() == "COMPANY"
    return draft.shows_company


_PLACES: dict[str, Callable[[CardDraft, Property], bool]] = {
    "VERSION": _put_silently,
    "FN": _put_full_name,
    "N": _put_name,
    "SORT-STRING": _put_sort_string,
    "NICKNAME": _put_nicknames,
    "BDAY": _put_birthday,
    "TEL": _put_phone,
    "EMAIL": _put_email,
    "ADR": _put_address,
    "ORG": _put_organisation,
    "TITLE": _put_title,
    "ROLE": _put_role,
    "CATEGORIES": _put_tags,
    "NOTE": _put_note,
    "IMPP": _put_messenger,
    "X-SKYPE": _put_messenger,
    "X-SKYPE-USERNAME": _put_messenger,
    "X-JABBER": _put_messenger,
    "X-SIGNAL": _put_messenger,
    "X-TELEGRAM": _put_messenger,
    "X-WHATSAPP": _put_messenger,
    "LANG": _put_language,
    "X-ASSISTANT": _put_assistant,
    "X-MS-ASSISTANT": _put_assistant,
    "X-EVOLUTION-ASSISTANT": _put_assistant,
    "UID": _put_uid,
    "KIND": _put_kind,
    "X-ADDRESSBOOKSERVER-KIND": _put_kind,
    "X-ABSHOWAS": _put_show_as,
}
