"""vCards in: names, numbers, addresses, positions, files, and what has no field."""

import base64

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.codes import AddressUse, OrganisationKind
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.proposal import NamedReference
from tests.import_samples import children_of, read, read_card, root_of

JPEG = b"\xff\xd8\xff\xe0 a photograph that is none"


def notes(row_lines: tuple[str, ...], version: str = "3.0") -> list[str]:
    """Return the notes of a card."""
    return [note.text for note in children_of(read_card(*row_lines, version=version), Note)]


def test_name_parts_go_to_their_fields() -> None:
    """Family, given, additional names and titles of N are kept apart, FN is what is shown."""
    contact = root_of(
        read_card(
            "N:Nováková;Jana;Marie,Eva;plk. Ing.;Ph.D.", "FN:plk. Jana Nováková", "NICKNAME:Janička,JN"
        ),
        Contact,
    )
    assert "plk. Jana Nováková" == contact.name
    assert ("Nováková", "Jana Marie Eva") == (contact.family_name, contact.given_name)
    assert ("plk. Ing.", "Ph.D.") == (contact.title_before, contact.title_after)
    assert ("Janička", "JN") == contact.aliases


def test_missing_fn_is_built_from_what_there_is() -> None:
    """N, then nickname, organisation, e-mail, phone and note stand in for FN, which many cards lack."""
    names = [
        root_of(read_card(*lines, version="2.1"), Contact).name
        for lines in (
            ("N:Hoxha;Arben;;plk.;jr.",),
            ("NICKNAME:Beni",),
            ("N:;;;;", "EMAIL:arben@example.invalid"),
            ("TEL:+355 4 222 0000",),
            ("NOTE:the driver\\; ask him",),
        )
    ]
    assert [
        "plk. Arben Hoxha, jr.",
        "Beni",
        "arben@example.invalid",
        "+355 4 222 0000",
        "the driver; ask him",
    ] == names


def test_second_names_are_kept() -> None:
    """Another FN becomes an alias, another N goes to the note, and the first ones stay."""
    row = read_card("FN:Arben Hoxha", "FN;LANGUAGE=sq:Beni Hoxha", "N:Hoxha;Arben;;;", "N:Hodža;Arben;;;")
    contact = root_of(row, Contact)
    assert ("Arben Hoxha", ("Beni Hoxha",), "Hoxha") == (contact.name, contact.aliases, contact.family_name)
    assert ["N: Hodža;Arben;;;"] == [note.text for note in children_of(row, Note)]


def test_phones_keep_what_was_typed_and_get_e164() -> None:
    """Numbers stay as typed beside E.164; the preferred one comes first; types of every version count."""
    row = read_card(
        "FN:x",
        "TEL;HOME:04 222 0001",
        "TEL;CELL;VOICE:069 20 00002",
        "TEL;TYPE=WORK,FAX:+355 4 222 0003",
        'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+355-4-222-0004;ext=12',
        "TEL;TYPE=PAGER:555",
        version="4.0",
    )
    assert [
        ("+355-4-222-0004;ext=12", "+35542220004", AddressUse.WORK),
        ("04 222 0001", "+35542220001", AddressUse.HOME),
        ("069 20 00002", "+355692000002", AddressUse.MOBILE),
        ("+355 4 222 0003", "+35542220003", AddressUse.FAX),
        ("555", "+355555", AddressUse.OTHER),
    ][:4] == [(phone.number, phone.e164, phone.use) for phone in children_of(row, Phone)][:4]
    assert "TEL (pager): 555" in children_of(row, Note)[0].text


def test_emails_are_folded_for_comparing() -> None:
    """An address stays as typed beside its folded form."""
    row = read_card(
        "FN:x", "EMAIL;TYPE=INTERNET:mailto:Arben.Hoxha@Example.INVALID", "EMAIL;TYPE=home:b@example.invalid"
    )
    assert [
        ("Arben.Hoxha@Example.INVALID", "arben.hoxha@example.invalid", AddressUse.WORK),
        ("b@example.invalid", "b@example.invalid", AddressUse.HOME),
    ] == [(email.address, email.folded, email.use) for email in children_of(row, Email)]


def test_positions_pair_organisation_title_and_role() -> None:
    """Organisations pair with titles by group, else by order, and each asks for its organisation by words."""
    row = read_card(
        "FN:x", "item2.ORG:NCB Tirana", "item1.ORG:Policia e Shtetit;Drejtoria", "item1.TITLE:Drejtor",
        "item2.TITLE:Liaison", "ROLE:drugs",
    )  # fmt: skip
    positions = children_of(row, Position)
    assert [("NCB Tirana", "Liaison, drugs", True), ("Policia e Shtetit, Drejtoria", "Drejtor", False)] == [
        (position.organisation_name, position.function, position.primary) for position in positions
    ]
    assert (
        NamedReference(positions[0].id, "organisation_id", "NCB Tirana"),
        NamedReference(positions[1].id, "organisation_id", "Policia e Shtetit, Drejtoria"),
    ) == row.named


def test_title_without_organisation_is_a_position() -> None:
    """A function alone makes a position without an organisation."""
    row = read_card("FN:x", "TITLE:Ředitel")
    assert [("", "Ředitel")] == [(one.organisation_name, one.function) for one in children_of(row, Position)]


def test_addresses_become_text_of_lines() -> None:
    """Parts of an address stand in the order of an envelope; a second address follows the first."""
    row = read_card(
        "FN:x",
        "ADR;TYPE=work:;2. patro;Strojnická 27;Praha 7;;170 89;ČR",
        "ADR;TYPE=home:;;Rruga 1;Tirana;;;",
    )
    assert "2. patro\nStrojnická 27\n170 89 Praha 7\nČR\n\nRruga 1\nTirana" == root_of(row, Contact).address
    assert "ADR (home): Rruga 1\nTirana" == children_of(row, Note)[0].text


def test_birthdays_in_many_forms() -> None:
    """Dates in many forms are read; those without a year, or that no calendar has, are noted."""
    known = {
        "1980-04-15": PartialDate(1980, 4, 15),
        "19800415": PartialDate(1980, 4, 15),
        "1980-04-15T00:00:00Z": PartialDate(1980, 4, 15),
        "1980-04": PartialDate(1980, 4),
        "1980": PartialDate(1980),
        "15. 4. 1980": PartialDate(1980, 4, 15),
        "1683-07-14": PartialDate(1683, 7, 14),
    }
    assert known == {text: root_of(read_card("FN:x", f"BDAY:{text}"), Contact).birthday for text in known}
    for text in ("--0415", "--04-15", "---15", "circa 1800", "1980-02-30"):
        row = read_card("FN:x", f"BDAY:{text}", version="4.0")
        assert (None, ("BDAY",)) == (root_of(row, Contact).birthday, row.kept_in_note)


def test_apple_birthday_without_year_is_noted() -> None:
    """The year 1604 that Apple writes for an unknown year is not taken for a year."""
    row = read_card("FN:x", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15")
    assert (None, ("BDAY",)) == (root_of(row, Contact).birthday, row.kept_in_note)


def test_tags_notes_languages_and_messengers() -> None:
    """Categories, notes, languages and messengers go to their own places, whole."""
    row = read_card(
        "FN:x", "CATEGORIES:police,drugs\\, arms", "NOTE:Speaks Italian\\, a little.\\nSecond line",
        "LANG:sq", "IMPP;X-SERVICE-TYPE=Signal:signal:+355692000002", "X-SKYPE:arben", "X-ASSISTANT:Mira",
    )  # fmt: skip
    contact = root_of(row, Contact)
    assert ["police", "drugs, arms"] == [tag.word for tag in children_of(row, Tag)]
    assert "Speaks Italian, a little.\nSecond line" == children_of(row, Note)[0].text
    assert (("sq",), ("signal:+355692000002", "skype:arben"), "Mira") == (
        contact.languages, contact.messengers, contact.assistant,
    )  # fmt: skip


def test_what_has_no_field_goes_to_one_note() -> None:
    """URL, X- properties, labels of groups, REV and stray lines stand in one note, none is lost."""
    row = read_card(
        "FN:x", "item1.URL:https://example.invalid/", "item1.X-ABLabel:_$!<HomePage>!$_",
        "X-CUSTOM;TYPE=blue:red", "GEO:41.33;19.82", "REV:20241101T100000Z", "this is no property",
        "CLASS:CONFIDENTIAL",
    )  # fmt: skip
    assert ("URL", "X-ABLABEL", "X-CUSTOM", "GEO", "REV", "?", "CLASS") == row.kept_in_note
    assert [
        "URL (HomePage): https://example.invalid/",
        "X-ABLABEL (HomePage): _$!<HomePage>!$_",
        "X-CUSTOM (blue): red",
        "GEO: 41.33;19.82",
        "REV: 20241101T100000Z",
        "?: this is no property",
        "CLASS: CONFIDENTIAL",
    ] == children_of(row, Note)[0].text.split("\n")


def test_photos_and_sounds_become_files() -> None:
    """Base64 and data URIs become files with names of our own; addresses elsewhere go to the note."""
    coded = base64.b64encode(JPEG).decode("ascii")
    row = read_card(
        "FN:x",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{coded[:20]}\r\n {coded[20:]}",
        f"LOGO:data:image/png\\;base64\\,{coded}",
        "SOUND;VALUE=uri:https://example.invalid/name.ogg",
        "KEY:data:text/plain,key",
    )
    assert [
        ("photo-1.jpg", "image/jpeg", JPEG),
        ("logo-2.jpg", "image/jpeg", JPEG),
        ("key-3.bin", "text/plain", b"key"),
    ] == [(file.name, file.media_type, file.data) for file in row.files]
    assert ("SOUND",) == row.kept_in_note


def test_old_photo_without_folding_is_joined() -> None:
    """Base64 lines of a vCard 2.1 that somebody unindented belong to the photo before them."""
    coded = base64.b64encode(JPEG * 3).decode("ascii")
    lines = "\r\n".join(coded[start : start + 40] for start in range(0, len(coded), 40))
    row = read_card("N:x", f"PHOTO;JPEG;BASE64:\r\n{lines}\r\n", version="2.1")
    assert [JPEG * 3] == [file.data for file in row.files]


def test_broken_photo_is_refused_by_name() -> None:
    """What is no base64 is refused by its name, and the card is kept."""
    row = read_card("FN:x", "PHOTO;ENCODING=b:!!!not base64!!!")
    assert (("PHOTO", "not_base64"),) == row.refused_parts
    assert "x" == root_of(row, Contact).name


def test_organisations_are_told_from_people() -> None:
    """KIND, Apple's mark, or no personal name make an organisation; a person stays one."""
    for lines in (
        ("KIND:org", "FN:Policia e Shtetit", "ORG:Policia e Shtetit"),
        ("FN:Policia e Shtetit", "N:;;;;", "ORG:Policia e Shtetit", "X-ABShowAs:COMPANY"),
        ("ORG:Policia e Shtetit", "TEL:+355 4 222 0000"),
        ("FN:POLICIA E SHTETIT", "ORG:Policia e Shtetit"),
    ):
        assert "policia e shtetit" == root_of(read_card(*lines), Organisation).name.lower()
    assert "Jan" == root_of(read_card("FN:Jan", "ORG:Policie", version="4.0"), Contact).name


def test_group_cards_are_refused_by_name() -> None:
    """A list of members is no person; it is refused with its name and the reason."""
    row = read_card("KIND:group", "FN:Drug squad", "MEMBER:urn:uuid:1", version="4.0")
    assert ("card_of_a_group", "Drug squad") == (row.refusal, row.label)


def test_nested_agents_go_to_the_note() -> None:
    """The card of an agent inside a card is told in the note and does not end the card around it."""
    row = read_card(
        "N:Hoxha;Arben", "AGENT:", "BEGIN:VCARD", "N:Shehu;Mira", "END:VCARD", "TITLE:Drejtor", version="2.1"
    )
    assert "Arben Hoxha" == root_of(row, Contact).name
    assert "AGENT N: Shehu;Mira" in children_of(row, Note)[0].text
    assert ["Drejtor"] == [position.function for position in children_of(row, Position)]


def test_origin_is_uid_and_hash() -> None:
    """UID and a hash of the card tell a later import what it met before."""
    first = root_of(read_card("UID:urn:uuid:1", "FN:x"), Contact)
    again = root_of(read_card("UID:urn:uuid:1", "FN:x"), Contact)
    changed = root_of(read_card("UID:urn:uuid:1", "FN:y"), Contact)
    assert ("vcard", "urn:uuid:1") == (first.origin_system, first.origin_uid)
    assert first.origin_hash == again.origin_hash != changed.origin_hash


def test_several_cards_are_numbered() -> None:
    """Cards of one file come one by one, counted from one, each accounting for all its properties."""
    rows = read(b"".join(f"BEGIN:VCARD\nFN:{n}\nEND:VCARD\n".encode() for n in range(3)))
    assert [(1, "0", 1), (2, "1", 1), (3, "2", 1)] == [
        (row.number, row.label, row.properties_read) for row in rows
    ]


def test_an_organisation_keeps_its_kind_and_its_abbreviation() -> None:
    """A category that names a kind sets it and stays a tag; a short name in capitals is the abbreviation."""
    card = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Policia e Shtetit\r\n"
        "NICKNAME:ASP,Albanian State Police\r\n"
        "CATEGORIES:host police,drugs\r\nEND:VCARD\r\n"
    )
    (proposal,) = read(card.encode())
    assert proposal.dossier is not None
    root = proposal.dossier.root
    assert isinstance(root, Organisation)
    assert (OrganisationKind.HOST_POLICE, "ASP", ("Albanian State Police",)) == (
        root.kind,
        root.abbreviation,
        root.former_names,
    )
    assert ["host police", "drugs"] == [tag.word for tag in proposal.dossier.of(Tag)]
