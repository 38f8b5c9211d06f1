"""vCards as programs really write them, and as they break: charsets, folding, junk, hostile lines."""

import time
from io import BytesIO

from liaison_desk.domain.attached import Note
from liaison_desk.domain.contact import Contact, Phone, Position
from liaison_desk.importers import card_stream
from liaison_desk.importers.card_stream import cut_cards
from liaison_desk.importers.proposal import CHARACTERS_REPLACED, Proposal
from tests.import_samples import DATA, card, children_of, read, read_card, root_of


def names(rows: list[Proposal]) -> list[str]:
    """Return the names of contacts."""
    return [root_of(row, Contact).name for row in rows]


def test_quoted_printable_with_soft_breaks_and_charsets() -> None:
    """Quoted-printable is decoded by its charset, over soft line breaks and with line ends inside."""
    row = read_card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Nov=C3=A1k;Ji=C5=\r\n=99=C3=AD",
        "NOTE;QUOTED-PRINTABLE;CHARSET=windows-1250:p=F8=EDli=9A=0D=0A=\r\n =9Elu=9Dou=E8k=FD",
        version="2.1",
    )
    assert "Jiří Novák" == root_of(row, Contact).name
    assert "příliš\n žluťoučký" == children_of(row, Note)[0].text


def test_charsets_are_found() -> None:
    """UTF-8 with and without mark, UTF-16 both ways, CP1250 with and without CHARSET are read alike."""
    text = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Žluťoučký kůň\r\nEND:VCARD\r\n"
    declared = text.replace("FN:", "FN;CHARSET=windows-1250:")
    forms = [
        text.encode("utf-8"), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-16-le"),
        b"\xfe\xff" + text.encode("utf-16-be"), text.encode("cp1250"), declared.encode("cp1250"),
        text.replace("FN:", "FN;CHARSET=iso-8859-2:").encode("iso-8859-2"),
    ]  # fmt: skip
    assert [["Žluťoučký kůň"]] * len(forms) == [names(read(form)) for form in forms]


def test_one_card_in_another_charset_does_not_spoil_the_others() -> None:
    """Each card is decoded for itself, and a letter cut in two by folding is whole again."""
    folded = "FN:Jiří".encode()
    rows = read(
        b"BEGIN:VCARD\r\n" + folded[:-1] + b"\r\n " + folded[-1:] + b"\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\r\nFN:" + "Řehoř".encode("cp1250") + b"\r\nEND:VCARD\r\n"
    )
    assert ["Jiří", "Řehoř"] == names(rows)


def test_line_ends_of_all_kinds() -> None:
    """CR LF, bare LF, bare CR and mixtures end a line."""
    lines = ["BEGIN:VCARD", "FN:x", "TITLE:a", " b", "END:VCARD", ""]
    for end in ("\r\n", "\n", "\r"):
        (row,) = read(end.join(lines).encode())
        assert ["ab"] == [position.function for position in children_of(row, Position)]


def test_line_ends_at_the_border_of_a_chunk() -> None:
    """A line end that falls between two reads of the file is one line end."""
    head = b"BEGIN:VCARD\r\nFN:x\r\nNOTE:"
    for spare in range(4):
        filler = b"n" * (2**18 - len(head) - spare)
        (row,) = read(head + filler + b"\r\nTITLE:t\r\nEND:VCARD\r\n")
        assert 3 == row.properties_read


def test_missing_end_and_junk_between_cards() -> None:
    """A card without END ends where the next begins; text outside cards is refused by name."""
    rows = read(
        b"BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\n\n-- sent from a phone\n\nBEGIN:VCARD\nFN:c\n"
    )
    assert ["", "", "text_outside_cards", ""] == [row.refusal for row in rows]
    assert ["a", "b", "-- sent from a phone", "c"] == [row.label for row in rows]


def test_empty_cards_are_refused_and_the_others_go_on() -> None:
    """A card that says nothing is refused with its reason; the next one is read."""
    rows = read(
        b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nFN:b\nEND:VCARD\nBEGIN:VCARD\nREV:1\nEND:VCARD\n"
    )
    assert ["empty_card", "", "nothing_names_it"] == [row.refusal for row in rows]


def test_lines_that_break_the_grammar_are_repaired() -> None:
    """Blanks around separators, open quotes, odd parameters and missing names spoil neither line nor card."""
    row = read_card(
        "FN:x", "TEL ; CELL : +355 69 20 00002", 'TITLE;X="open:Ředitel', "EMAIL;;TYPE=a b:c@example.invalid"
    )
    assert ["+355 69 20 00002"] == [phone.number for phone in children_of(row, Phone)]
    assert ["Ředitel"] == [position.function for position in children_of(row, Position)]
    assert 5 == row.properties_kept


def test_commas_in_texts_lose_nothing() -> None:
    """An unescaped comma, at which vobject cuts a text, cuts nothing here."""
    row = read_card("FN:Hoxha, Arben", "NOTE:first, second; third", "TITLE:head, deputy")
    assert ("Hoxha, Arben", "first, second; third") == (
        root_of(row, Contact).name,
        children_of(row, Note)[0].text,
    )


def test_backslashes_of_old_cards_stay() -> None:
    """Version 2.1 escapes separators only: a Windows path keeps its backslashes."""
    row = read_card("FN:x", r"NOTE:\\server\new\;x", version="2.1")
    assert r"\\server\new;x" == children_of(row, Note)[0].text


def test_forbidden_characters_are_replaced_and_named() -> None:
    """NUL and lone surrogates become U+FFFD, and the property is named."""
    row = read_card("FN:a\x00b", "NOTE;ENCODING=QUOTED-PRINTABLE:c=00d", "X-A;P=\x00:e")
    assert "a�b" == root_of(row, Contact).name
    replaced = {name for name, reason in row.refused_parts if reason == CHARACTERS_REPLACED}
    assert {"FN", "NOTE", "X-A"} == replaced
    (lone,) = read("BEGIN:VCARD\nFN:a\ud800b\nEND:VCARD\n".encode("utf-16", "surrogatepass"))
    assert ("a�b", (("FN", CHARACTERS_REPLACED),)) == (root_of(lone, Contact).name, lone.refused_parts)


def test_long_notes_and_formulas_stay_as_they_are() -> None:
    """A note of 10 000 letters and texts that look like formulas come through unchanged."""
    for text in ("ž" * 10_000, "=HYPERLINK(1)", "+1-cmd", "@x", "-2"):
        assert text == children_of(read_card("FN:x", f"NOTE:{text}"), Note)[0].text


def test_names_in_any_script() -> None:
    """Names in Cyrillic, Arabic, Chinese and with right-to-left marks come through unchanged."""
    for name in ("Ђорђевић Срђан", "محمد علي", "王小明", "a\u202eb\u200dc", "Łukasz Żółć"):
        assert name == root_of(read_card(f"FN:{name}"), Contact).name


def test_hostile_parameters_take_no_time() -> None:
    """Lines for which vobject's pattern needs exponential time are read at once."""
    began = time.process_time()
    row = read_card(
        "FN:x", "TEL;A=" + "," * 5000, "TEL" + ";A" * 5000, 'TEL;A="' + '",' * 5000, "TEL;A=" + '"",' * 5000
    )
    assert ("?",) * 4 == row.kept_in_note
    assert time.process_time() - began < 5


def test_endless_card_is_refused_and_the_next_is_read() -> None:
    """A card over the limit is refused by naming it; its text is not gathered, and the next card is read."""
    data = (
        b"BEGIN:VCARD\nFN:x\nPHOTO:"
        + b"A" * card_stream.CARD_LIMIT
        + b"\nNOTE:y\nEND:VCARD\n"
        + card("FN:next")
    )
    first, second = list(cut_cards(BytesIO(data)))
    assert (True, False) == (first.oversize, second.oversize)
    assert ["card_over_limit", ""] == [row.refusal for row in read(data)]


def test_reading_twice_gives_the_same() -> None:
    """Reading starts anew each time and depends on nothing kept from before."""
    data = (DATA / "phone-export.vcf").read_bytes()
    told = [
        [(row.number, row.label, row.kept_in_note, row.properties_read) for row in read(data)]
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert 4 == len(told[0])


def test_real_exports() -> None:
    """Cards as Outlook, an Android phone and an Apple address book write them lose nothing."""
    outlook, android, apple, google = read((DATA / "phone-export.vcf").read_bytes())
    assert "plk. Mgr. Jiří Dvořák" == root_of(outlook, Contact).name
    assert "Strojnická 27\n170 89 Praha 7\nČeská republika" == root_of(outlook, Contact).address
    assert "Bledar Çela" == root_of(android, Contact).name
    assert ["+355692000042"] == [phone.e164 for phone in children_of(android, Phone)]
    assert ("Policia Kufitare", ["photo-1.png"]) == (
        children_of(apple, Position)[0].organisation_name, [file.name for file in apple.files],
    )  # fmt: skip
    assert ("Đorđe Petrović", ("sr",)) == (root_of(google, Contact).name, root_of(google, Contact).languages)
