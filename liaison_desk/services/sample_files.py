"""Sample files: what a Czech liaison officer in Tirana would bring along, as ordinary files to be imported.

The people are fictional, their addresses and numbers reach nobody; the public institutions are real.
"""

from datetime import datetime
from pathlib import Path

from liaison_desk.domain.values import find_zone
from liaison_desk.services import sample_calendar, sample_cards, sample_register
from liaison_desk.services.sample_tables import (
    SAMPLE_ZONE,
    load_calendar,
    load_organisations,
    load_people,
    load_requests,
)


def write_sample_files(folder: Path, as_of: datetime) -> list[Path]:
    """Write the files into ``folder`` and return them in the order in which they are best imported.

    ``as_of`` is aware; the samples are told relative to its day in Tirana. The same day gives the same bytes.
    """
    local = as_of.astimezone(find_zone(SAMPLE_ZONE)).replace(hour=6, minute=0, second=0, microsecond=0)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in _make_files(local).items():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def _make_files(as_of: datetime) -> dict[str, bytes]:
    day = as_of.date()
    names = {one.key: one.name for one in load_organisations()}
    people = load_people()
    serials = {person.mailbox: serial for serial, person in reversed(list(enumerate(people, 1)))}
    owners = {person.mailbox: person.full_name for person in reversed(people)}
    cards = {
        kind: [(serials[person.mailbox], person) for person in people if person.file == kind]
        for kind in ("phone", "outlook", "card4")
    }
    requests = load_requests()
    czech = [request for request in requests if request.register == "cs"]
    english = [request for request in requests if request.register == "en"]
    return {
        "institutions.vcf": sample_cards.write_directory(load_organisations(), cards["card4"], names),
        "phone-contacts.vcf": sample_cards.write_phone_export(cards["phone"], names, day),
        "outlook-contacts.vcf": sample_cards.write_outlook_export(cards["outlook"], names),
        "calendar.ics": sample_calendar.write_calendar(load_calendar(), owners, day),
        "rejstrik-zadosti.xlsx": sample_register.write_czech_register(czech, as_of),
        "partner-requests.csv": sample_register.write_english_register(english, as_of),
    }
