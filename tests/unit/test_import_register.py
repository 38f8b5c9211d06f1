"""Registers in: headings in three languages, dates as text, references, reminders, and lists of people."""

from datetime import UTC, datetime

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.codes import AddressUse, Outcome, ReferenceHolder, RequestStatus, StepKind, Urgency
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference, Step, Subject
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.proposal import DATE_NOT_UNDERSTOOD
from liaison_desk.importers.readers import describe_columns
from liaison_desk.importers.register_columns import fold_heading, known_targets
from tests.import_samples import DATA, children_of, context, read, root_of, source_of

CZECH = (DATA / "register-cs.csv").read_bytes()
ALBANIAN = (
    "Nr.\tMarrë\tNga\tRef. e tyre\tRef. jonë\tLënda\tVepra penale\tUrgjenca\tDërguar për\tDërguar më\t"
    "Përgjigjur\tRezultati\tMbyllur\tShënime\n"
    "7\t5 qershor 2026\tSPAK\tNr. 118 Prot.\tAL-7\tPasuria në Pragë\tkorrupsion\turgjente\tNCOZ\t"
    "6 qershor 2026\t1 korrik 2026\tpjesshme\t2 korrik 2026\tshih dosjen\n"
)


def test_czech_register_fills_the_request() -> None:
    """The typical register: below title rows, every column finds its place, whatever its dates look like."""
    first = read(CZECH)[0]
    request = root_of(first, Request)
    assert ("Kokain v banánech", ("drugs", "laundering"), Urgency.URGENT) == (
        request.matter, request.crime_areas, request.urgency,
    )  # fmt: skip
    assert (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) == (
        request.received_at, request.sent_at,
    )  # fmt: skip
    assert (RequestStatus.WITH_PARTNER, "register", "PPR-1-1/ČJ-2026") == (
        request.status, request.origin_system, request.origin_uid,
    )  # fmt: skip
    assert [
        ("NPC-1482-7/ČJ-2026", ReferenceHolder.THEIRS, ""),
        ("PPR-1-1/ČJ-2026", ReferenceHolder.OURS, ""),
        ("1120/2", ReferenceHolder.OTHER, "Nr. Prot."),
    ] == [(one.number, one.holder, one.system) for one in children_of(first, Reference)]
    assert [
        (StepKind.REMINDED, datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        (StepKind.REMINDED, datetime(2026, 12, 14, 23, 0, tzinfo=UTC)),
    ] == [(step.kind, step.at) for step in children_of(first, Step)]
    assert ["Arben Hoxha"] == [subject.name for subject in children_of(first, Subject)]
    assert [("requesting_authority_id", "NPC"), ("requested_authority_id", "Policia e Shtetit")] == [
        (named.field, named.words) for named in first.named
    ]


def test_notes_and_unknown_columns_are_kept() -> None:
    """The note column is a note word for word; columns without a field stand in another, by heading."""
    first = read(CZECH)[0]
    assert ["první řádek\ndruhý; řádek", "Poř. č.: 1\nSpisovna: skříň 4"] == [
        note.text for note in children_of(first, Note)
    ]
    assert ("Poř. č.", "Spisovna") == first.kept_in_note


def test_what_is_not_understood_goes_to_the_note() -> None:
    """Dates and words that mean nothing certain are kept as written, dates by name; formulas stay text."""
    second = read(CZECH)[1]
    request = root_of(second, Request)
    assert (None, Urgency.NORMAL, (), "něco jiného") == (
        request.received_at, request.urgency, request.crime_areas, request.offence,
    )  # fmt: skip
    assert (("Došlo", DATE_NOT_UNDERSTOOD), ("Odpovězeno", DATE_NOT_UNDERSTOOD)) == second.refused_parts
    assert [
        "=1+1",
        "Došlo: brzy\nPoř. č.: 2\nNaléhavost: možná\nOdpovězeno: konec ledna 2027",
    ] == [note.text for note in children_of(second, Note)]
    assert (datetime(2027, 1, 4, 23, 0, tzinfo=UTC), Outcome.FULL) == (request.sent_at, request.outcome)
    assert [("SIENA 1187441-3", "SIENA")] == [
        (one.number, one.system) for one in children_of(second, Reference)
    ]


def test_rows_that_name_nothing_are_refused_and_empty_ones_skipped() -> None:
    """A row needs a matter or a reference; numbers are those that the program shows."""
    assert [(5, ""), (6, ""), (8, "neither_matter_nor_reference")] == [
        (row.number, row.refusal) for row in read(CZECH)
    ]


def test_albanian_register() -> None:
    """Albanian headings, months and words are read, tabs divide the columns."""
    (row,) = read(ALBANIAN.encode("utf-8"))
    request = root_of(row, Request)
    assert ("Pasuria në Pragë", ("corruption",), Urgency.URGENT, Outcome.PARTIAL, RequestStatus.CLOSED) == (
        request.matter, request.crime_areas, request.urgency, request.outcome, request.status,
    )  # fmt: skip
    assert (datetime(2026, 6, 4, 22, 0, tzinfo=UTC), datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == (
        request.received_at, request.answered_at,
    )  # fmt: skip


def test_charsets_and_delimiters_are_found() -> None:
    """UTF-8 with and without mark, UTF-16, CP1250, and four delimiters are read alike."""
    text = "Věc;Naše č.j.;Poznámka\r\nŽluťoučký kůň;1/2026;tři, čtyři\r\n"
    forms = [
        text.encode("utf-8"), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-16-le"),
        text.encode("cp1250"), ("sep=;\r\n" + text).encode("cp1250"),
        text.replace(";", "\t").encode("utf-8"), text.replace(";", "|").encode("utf-8"),
        text.replace("tři, čtyři", '"tři, čtyři"').replace(";", ",").encode("utf-8"),
    ]  # fmt: skip
    for form in forms:
        (row,) = read(form)
        assert "Žluťoučký kůň" == root_of(row, Request).matter
        assert ["tři, čtyři"] == [note.text for note in children_of(row, Note)]


def test_czech_urgence_means_what_stands_below_it() -> None:
    """The heading "Urgence" is a reminder where dates stand below it, and urgency where words do."""
    dated, worded = read("Věc;Č.j.;Urgence\na;1;5. 6. 2026\nb;2;spěchá\n".encode())
    assert [StepKind.REMINDED] == [step.kind for step in children_of(dated, Step)]
    assert (Urgency.NORMAL, Urgency.URGENT) == (
        root_of(dated, Request).urgency,
        root_of(worded, Request).urgency,
    )


def test_status_words_outrank_what_the_columns_show() -> None:
    """A status column decides; without one the filled columns do."""
    told = read("Věc;Č.j.;Stav;Uzavřeno\na;1;u partnera;1.1.2026\n".encode())
    shown = read("Věc;Č.j.;Výsledek;Odpovězeno\na;1;zamítnuto;1.1.2026\nb;2;;1.1.2026\nc;3;;\n".encode())
    assert [RequestStatus.WITH_PARTNER] == [root_of(row, Request).status for row in told]
    assert [RequestStatus.REFUSED, RequestStatus.ANSWERED, RequestStatus.REGISTERED] == [
        root_of(row, Request).status for row in shown
    ]


def test_rows_without_reference_have_a_key() -> None:
    """What names a row in a later import is its best reference, else its day and matter."""
    keyed, bare = read(b"Matter;Their ref.;Received\na;T-1;2026-11-23\nB c;;2026-11-23\n")
    assert ["T-1", "2026-11-22 b c"] == [root_of(row, Request).origin_uid for row in (keyed, bare)]


def test_columns_are_described_and_corrected() -> None:
    """What each column means can be shown, corrected by folded heading, and sent to the note."""
    data = "Věc;Č.j.;Spisovna;Lhůta\na;1;regál;1. 5. 2026\n".encode()
    assert [
        ("Věc", "request.matter"), ("Č.j.", "request.our_ref"), ("Spisovna", None),
        ("Lhůta", "request.deadline_asked"),
    ] == [(one.heading, one.target) for one in describe_columns(source_of(data), context())]  # fmt: skip
    corrections = {fold_heading("Spisovna"): "request.filed_as", fold_heading("Lhůta"): ""}
    assert "request.filed_as" in known_targets()
    (row,) = read(data, corrections)
    assert ("regál", None, ("Lhůta",)) == (
        root_of(row, Request).filed_as, root_of(row, Request).deadline_asked, row.kept_in_note,
    )  # fmt: skip
    assert [] == describe_columns(source_of(b"BEGIN:VCARD\nFN:x\nEND:VCARD\n"), context())


def test_lists_of_people_become_contacts() -> None:
    """A sheet with names, numbers and functions gives contacts with positions."""
    (row, nobody) = read(
        "Příjmení;Jméno;Hodnost;Telefon;Mobil;E-mail;Organizace;Funkce;Narozeniny;Jazyky;Kategorie;Poznámka;Auto\n"
        "Hoxha;Arben;plk.;04 222 0001;069 20 00002;a@example.invalid, b@example.invalid;NCB Tirana;ředitel;"
        "15. 4. 1980;sq, en;police;zná Brno;modré\n;;;04 222 0009;;;;;;;;;\n".encode()
    )
    contact = root_of(row, Contact)
    assert ("Arben", "Hoxha", "plk.", PartialDate(1980, 4, 15), ("sq", "en")) == (
        contact.name, contact.family_name, contact.rank, contact.birthday, contact.languages,
    )  # fmt: skip
    assert [("+35542220001", AddressUse.WORK), ("+355692000002", AddressUse.MOBILE)] == [
        (phone.e164, phone.use) for phone in children_of(row, Phone)
    ]
    assert ["a@example.invalid", "b@example.invalid"] == [email.address for email in children_of(row, Email)]
    assert [("NCB Tirana", "ředitel")] == [
        (one.organisation_name, one.function) for one in children_of(row, Position)
    ]
    assert ["police"] == [tag.word for tag in children_of(row, Tag)]
    assert ["zná Brno", "Auto: modré"] == [note.text for note in children_of(row, Note)]
    assert "nothing_names_it" == nobody.refusal


def test_same_rows_have_same_hash() -> None:
    """The hash of a row is that of its cells, so that a second import sees what changed."""
    first, second = (
        [root_of(row, Request).origin_hash for row in read(CZECH) if not row.refusal] for _ in range(2)
    )
    assert first == second
    assert 2 == len(set(first))
