"""Search finds what was typed: any order, word starts, both scripts, references, linked names, filters."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from liaison_desk.domain.attached import Note, Tag, Task
from liaison_desk.domain.codes import RequestStatus
from liaison_desk.domain.contact import Contact, Phone, Position
from liaison_desk.domain.errors import FieldUnknown, FilterUnknown
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request_parts import Reference, Subject
from liaison_desk.domain.search_query import Filter, Query, parse_query
from liaison_desk.domain.values import PartialDate, ZonedTime
from liaison_desk.storage.agreement import Disagreement, compare_derived
from liaison_desk.storage.derived import DerivedTables
from liaison_desk.storage.erasure import erase_root
from liaison_desk.storage.lists import count_roots, find_root, last_contact, read_page
from liaison_desk.storage.rows import delete_rows
from liaison_desk.storage.search import find
from tests.storage_samples import ERASE, START, Bench, altered, assert_sound

TODAY = date(2026, 11, 23)


def found(bench: Bench, typed: str, limit: int = 50) -> list[str]:
    """Return the titles that a line finds, best first."""
    with bench.store.read() as connection:
        return [hit.title for hit in find(connection, parse_query(typed), today=TODAY, limit=limit)]


@pytest.fixture
def desk(bench: Bench) -> Bench:
    """Return a store with a small post in it."""
    (police,) = bench.create(bench.organisation("Albanian State Police", abbreviation="ASP"))
    (prosecution,) = bench.create(bench.organisation("Special Prosecution", abbreviation="SPAK"))
    at = bench.child(Position, organisation_id=police.root.id, function="head of section")
    bench.create(
        bench.contact(
            "Arben Hoxha", at, bench.child(Tag, word="Arms"), bench.child(Phone, number="+355 69 1")
        )
    )
    (gjoka,) = bench.create(bench.contact("Përparim Gjoka", aliases=("Rimi",), rank="colonel"))
    bench.create(bench.contact("Милица Ђорђевић", bench.child(Note, text="mluví česky")))
    bench.create(
        bench.meeting(
            "Náčelník v Tiranë",
            bench.child(Participant, contact_id=gjoka.root.id),
            starts=ZonedTime(datetime(2026, 11, 20, 9), "Europe/Tirane"),  # noqa: DTZ001 - wall time
            filed_as="PPR-12/2026",
        )
    )
    bench.create(
        bench.request(
            "Octavia",
            bench.child(Reference, number="KRPA-4711-3/TČ-2026"),
            bench.child(Subject, name="AA 123 BB"),
            bench.child(Task, text="remind", due=PartialDate(2026, 11, 20)),
            ref="AL-26-0398",
            requested_authority_id=police.root.id,
            deadline_agreed=PartialDate(2026, 11, 28),
            received_at=datetime(2026, 11, 1, tzinfo=UTC),
        ),
        bench.request(
            "Lost passport", status=RequestStatus.CLOSED, requested_authority_id=prosecution.root.id
        ),
    )
    return bench


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("arben hoxha", ["Arben Hoxha"]),
        ("hoxha arben", ["Arben Hoxha"]),
        ("HOX ARB", ["Arben Hoxha"]),
        ("h", ["Arben Hoxha"]),
        ("pg", []),
        ("pe gj", ["Náčelník v Tiranë", "Përparim Gjoka"]),
        ("Përparim", ["Náčelník v Tiranë", "Përparim Gjoka"]),
        ("perparim gj", ["Náčelník v Tiranë", "Përparim Gjoka"]),
        ("rimi", ["Náčelník v Tiranë", "Përparim Gjoka"]),
        ("djordjevic", ["Милица Ђорђевић"]),
        ("Đorđević Milica", ["Милица Ђорђевић"]),
        ("Ђорђ", ["Милица Ђорђевић"]),
        ("cesky", ["Милица Ђорђевић"]),
        ("nacelnik", ["Náčelník v Tiranë"]),
        ("tirana", ["Náčelník v Tiranë"]),
        ("hoxha asp", ["Arben Hoxha"]),
        ("hoxha albanian state", ["Arben Hoxha"]),
        ("398", ["Octavia"]),
        ("0398", ["Octavia"]),
        ("AL-26-398", ["Octavia"]),
        ("al 26 398", ["Octavia"]),
        ("AL-26-0398", ["Octavia"]),
        ("krpa 4711", ["Octavia"]),
        ("KRPA-4711-3/TČ-2026", ["Octavia"]),
        ("ppr 12", ["Náčelník v Tiranë"]),
        ("aa 123", ["Octavia"]),
        ("nobody", []),
        ("", []),
        ("???", []),
        ("' OR 1=1 --", []),
        ('"hoxha', ["Arben Hoxha"]),
        ("hoxha* NOT asp", []),
    ],
)
def test_words_find(typed: str, expected: list[str], desk: Bench) -> None:
    """What is typed in haste finds the record; what means something to the index means nothing here."""
    assert sorted(expected) == sorted(found(desk, typed))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("is:open", ["Octavia"]),
        ("is:closed", ["Lost passport"]),
        ("-is:open type:request", ["Lost passport"]),
        ("is:overdue", ["Octavia"]),
        ("is:unfiled", ["Lost passport", "Octavia"]),
        ("type:meeting", ["Náčelník v Tiranë"]),
        ('org:"ASP"', ["Arben Hoxha", "Octavia"]),
        ('org:"albanian police" octavia', ["Octavia"]),
        ("org:spak", ["Lost passport"]),
        ("with:gjoka", ["Náčelník v Tiranë"]),
        ("tag:arms", ["Arben Hoxha"]),
        ("tag:ÁRMS type:contact", ["Arben Hoxha"]),
        ("tag:drugs", []),
        ("status:closed", ["Lost passport"]),
        ("mark:internal type:meeting", ["Náčelník v Tiranë"]),
        ("mark:limited", []),
        ('handling:"service only" type:meeting', ["Náčelník v Tiranë"]),
        ("due:<7d", ["Octavia"]),
        ("due:>7d", []),
        ("due:2026-11-20", ["Octavia"]),
        ('org:"ASP" is:open 398', ["Octavia"]),
        ("398 is:closed", []),
        ("is: type:meeting", ["Náčelník v Tiranë"]),
    ],
)
def test_filters_narrow(typed: str, expected: list[str], desk: Bench) -> None:
    """Filters stand anywhere in the line, alone or beside words and references."""
    assert expected == sorted(found(desk, typed))


def test_a_filter_that_does_not_exist_is_told(desk: Bench) -> None:
    """A filter made by a program is checked as one that was typed."""
    with desk.store.read() as connection, pytest.raises(FilterUnknown):
        find(connection, Query("", (), (Filter("colour", "red"),)), today=TODAY)


def test_hits_come_in_order(desk: Bench) -> None:
    """Exact reference first, then titles, then other words, each with the newest change first."""
    first = desk.create(desk.contact("Octavia Popa"))[0]
    desk.create(desk.meeting("Handover", place="Octavia garage"))
    assert ["Octavia Popa", "Octavia", "Handover"] == found(desk, "octavia")
    (plate,) = desk.create(desk.contact("Plate 398"))
    assert ["Octavia", "Plate 398"] == found(desk, "398")
    desk.change(first.root, lambda d: Dossier(altered(d.root, rank="major")))
    desk.change(plate.root, lambda d: Dossier(altered(d.root, name="Octavia 398")))
    assert ["Octavia 398", "Octavia Popa"] == found(desk, "octavia")[:2]
    assert ["Octavia 398", "Octavia Popa"] == found(desk, "octavia", limit=2)


def test_renaming_is_found_at_once_everywhere(desk: Bench) -> None:
    """Who is linked to an organisation is found by its new name, and no longer by the old one."""
    with desk.store.read() as connection:
        (hit,) = find(connection, parse_query("type:organisation asp"), today=TODAY)
        _, root_id = find_root(connection, hit.ref) or ("", "")
    before = desk.execute("SELECT root_id FROM search_document ORDER BY number")
    with desk.write() as batch:
        batch.change_fields("organisation", root_id, {"name": "Border Guard", "abbreviation": "BG"})
    assert [] == found(desk, "hoxha asp")
    assert ["Arben Hoxha"] == found(desk, "hoxha border")
    after = desk.execute("SELECT root_id FROM search_document ORDER BY number")
    assert [row for row in before if row != (root_id,)] == after[:-1]
    assert_sound(desk)


def test_the_bin_is_searched_only_when_asked(desk: Bench) -> None:
    """What lies in the bin is not found, until it is taken out again."""
    with desk.store.read() as connection:
        (hit,) = find(connection, parse_query("hoxha"), today=TODAY)
    moment = "2026-11-23T09:00:00.000000Z"
    with desk.write() as batch:
        batch.change_fields("contact", hit.root_id, {"binned_at": moment})
    assert [] == found(desk, "hoxha")
    for typed in ("is:binned", "hox is:binned", "asp arb is:binned", "is:binned -is:open C-1"):
        assert ["Arben Hoxha"] == found(desk, typed), typed
    for typed in ("-is:binned hoxha", "kola is:binned", "xha is:binned"):
        assert [] == found(desk, typed), typed
    assert_sound(desk)
    with desk.store.read() as connection:
        assert 2 == count_roots(connection)["contact"]
    with desk.write() as batch:
        batch.change_fields("contact", hit.root_id, {"binned_at": None})
    assert ["Arben Hoxha"] == found(desk, "hoxha")
    assert_sound(desk)


def test_what_is_removed_or_erased_is_not_found(desk: Bench) -> None:
    """No word of a record that is gone leads anywhere, and the index stays whole."""
    with desk.store.read() as connection:
        (hit,) = find(connection, parse_query("hoxha"), today=TODAY)
        _, root_id = find_root(connection, hit.root_id) or ("", "")
    person = desk.load(altered(desk.contact("x").root, id=root_id))
    with desk.write() as batch:
        for record in reversed(list(person.records())):
            batch.remove_record(record.type_name, record.id)
    assert [] == found(desk, "hoxha") == found(desk, "head of section")
    desk.undo()
    assert ["Arben Hoxha"] == found(desk, "hoxha asp")
    with desk.write(ERASE) as batch:
        erase_root(batch, desk.load(person.root), (), "2026-11-23T09:00:00.000000Z")
    assert [] == found(desk, "hoxha")
    with desk.store.change_housekeeping() as connection:
        for index in ("title_words", "all_words"):
            connection.execute(text(f"INSERT INTO {index}({index}) VALUES('integrity-check')"))


def test_an_organisation_restored_is_found_by_its_people(desk: Bench) -> None:
    """When what was pointed at comes back, those who point at it are found by its name again."""
    with desk.store.read() as connection:
        (hit,) = find(connection, parse_query("type:organisation asp"), today=TODAY)
    with desk.write() as batch:
        batch.remove_record("organisation", hit.root_id)
    assert [] == found(desk, "hoxha asp")
    desk.undo()
    assert ["Arben Hoxha"] == found(desk, "hoxha asp")
    assert_sound(desk)


DERIVED = ("root_index", "reference_key", "mention", "last_contact", "search_document")


def derived(bench: Bench) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of all derived tables; of the numbers by which roots are ordered, only the order."""
    kept: dict[str, list[tuple[object, ...]]] = {}
    for table in DERIVED:
        columns = [name for (name,) in bench.execute("SELECT name FROM pragma_table_info(?)", table)]
        shown = ", ".join(name for name in columns if name != "number")
        order = "number" if "number" in columns else shown
        kept[table] = bench.execute(f"SELECT {shown} FROM {table} ORDER BY {order}")  # noqa: S608 - fixed names
    return kept


def test_rebuilt_equals_kept(desk: Bench) -> None:
    """After every kind of change the derived tables can be made anew with the same content and order."""
    with desk.store.read() as connection:
        hits = find(connection, parse_query("is:open"), today=TODAY)
        hits += find(connection, parse_query("type:contact"), today=TODAY)
    with desk.write() as batch:
        batch.change_fields("request", hits[0].root_id, {"matter": "Octavia and Superb"})
        batch.create(desk.contact("Late Comer"))
        batch.change_fields("contact", hits[1].root_id, {"rank": "major"})
    desk.undo()
    desk.redo()
    with desk.write() as batch:
        batch.change_fields("contact", hits[2].root_id, {"binned_at": "2026-11-23T09:00:00.000000Z"})
    kept = derived(desk)
    reports: list[int] = []
    with desk.store.change_housekeeping() as connection:
        DerivedTables(connection, "cs").rebuild(reports.append)
    assert kept == derived(desk)
    assert reports == sorted(reports)
    assert len(kept["root_index"]) > 5
    assert [] == found(desk, "late octavia")
    assert_sound(desk)


def test_derived_rows_without_a_record_are_found(desk: Bench) -> None:
    """What stays in the derived tables of a root that is gone would still name it: the check tells."""
    gone = desk.create(desk.contact("Late Comer"))[0].root
    with desk.store.change_housekeeping() as connection:
        delete_rows(connection, Contact, [gone.id])
    with desk.store.read() as connection:
        faults = compare_derived(connection, "cs")
    assert [Disagreement("derived", gone.id, "no record")] == faults


def test_pages_follow_one_another(desk: Bench) -> None:
    """Pages of a list join without gap or repetition, in either direction, by any order."""
    desk.create(*(desk.contact(f"Officer {n % 4}") for n in range(11)))
    kind = Contact
    for order in ("moment", "sort_key", "next_due"):
        for descending in (True, False):
            seen: list[object] = []
            after = None
            with desk.store.read() as connection:
                while True:
                    page = read_page(
                        connection,
                        kind,
                        ["name"],
                        order_by=order,
                        descending=descending,
                        after=after,
                        limit=4,
                    )
                    seen.extend(row[0] for row in page.rows)
                    after = page.after
                    if after is None:
                        break
            assert (14, 14) == (len(seen), len(set(seen)))
    with desk.store.read() as connection:
        with pytest.raises(FieldUnknown):
            read_page(connection, kind, ["nmae"])
        with pytest.raises(FieldUnknown):
            read_page(connection, kind, ["name"], order_by="name; DROP TABLE contact")


def test_last_contact_counts_what_has_come(desk: Bench) -> None:
    """The last dealing with a contact is the newest meeting up to now."""
    with desk.store.read() as connection:
        (hit,) = find(connection, parse_query("type:contact gjoka"), today=TODAY)
        assert "2026-11-20T08:00:00.000000Z" == last_contact(connection, hit.root_id, "2026-11-23")
        assert "" == last_contact(connection, hit.root_id, "2026-11-19")
    assert START.date() == TODAY
