"""Erasing a person: nothing of him is left in any table, journal line, index or page of the file."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from liaison_desk.domain.attached import Attachment, Link, Note
from liaison_desk.domain.codes import StepKind
from liaison_desk.domain.contact import Email, Phone
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request_parts import Step, Subject
from liaison_desk.domain.search_query import parse_query
from liaison_desk.storage.erasure import erase_root, find_places, lay_tombstones, read_tombstones, roots_among
from liaison_desk.storage.housekeeping_tables import BLOB
from liaison_desk.storage.search import find
from liaison_desk.vault.database import checkpoint
from tests.storage_samples import ERASE, KEY, START, Bench, altered, assert_sound

NOW = "2026-11-23T10:00:00.000000Z"
PAGE = 4096
RESERVE = 80
NAME = "Kreshnik Zogolli"


def pages(bench: Bench) -> Iterator[bytes]:
    """Decrypt every page of the file by hand: SQLCipher 4, AES-256-CBC, the vector at the end of the page."""
    with closing(bench.connect()) as connection:
        assert checkpoint(connection)
    raw = bench.path.read_bytes()
    for start in range(0, len(raw), PAGE):
        page = raw[start : start + PAGE]
        begin = 16 if start == 0 else 0
        vector = page[PAGE - RESERVE : PAGE - RESERVE + 16]
        decryptor = Cipher(algorithms.AES256(KEY[:32]), modes.CBC(vector)).decryptor()
        yield decryptor.update(page[begin : PAGE - RESERVE]) + decryptor.finalize()


def hits(bench: Bench, *names: str) -> int:
    """Count in how many places of the decrypted file one of the names stands, in any case."""
    wanted = re.compile("|".join(map(re.escape, names)).encode(), re.IGNORECASE)
    return sum(len(wanted.findall(page)) for page in pages(bench))


def cast(bench: Bench) -> dict[str, Dossier]:
    """Write a person and everything that can name him."""
    person = bench.contact(
        NAME,
        bench.child(Phone, number="+355691234567"),
        bench.child(Email, address="kreshnik.zogolli@example.invalid"),
        bench.child(Note, text=f"{NAME} likes chess"),
        bench.child(Attachment, name="Zogolli.pdf", blob_id="blob-1"),
        bench.child(Attachment, name="old Zogolli.pdf", blob_id="blob-2"),
        family_name="Zogolli",
        given_name="Kreshnik",
        aliases=("Nik Zogolli",),
    )
    friend = bench.contact(
        "Besa Leka", introduced_by_id=person.root.id, how_met="Seznámil nás Zogolli v Tiraně"
    )
    meeting = bench.meeting(
        "Porada se Zogollim",
        bench.child(
            Participant, contact_id=person.root.id, name=NAME, email="kreshnik.zogolli@example.invalid"
        ),
        bench.child(Note, text="Zogollimu poslat zápis"),
        gifts="Kniha pro Zogolliho",
    )
    request = bench.request(
        "Vehicle",
        bench.child(Subject, aliases=("Nik", "Kreshnik Zogolli")),
        bench.child(Step, at=START, kind=StepKind.RECEIVED, sender="K. Zogolli", contact_id=person.root.id),
        bench.child(Link, to_id=person.root.id, role="source"),
    )
    made = (person, friend, meeting, request)
    with bench.store.change_housekeeping() as connection:
        rows = [
            {"id": f"blob-{n}", "key": b"k" * 32, "size": 1, "sha256": "", "purpose": "", "made_at": NOW}
            for n in (1, 2, 3)
        ]
        connection.execute(BLOB.insert(), rows)
    names = ("person", "friend", "meeting", "request")
    return dict(zip(names, bench.create(*made), strict=True))


def erase(bench: Bench, person: Dossier, **choice: Any) -> Any:
    """Erase a person, blanking the chosen places, by default all."""
    with bench.store.read() as connection:
        places = find_places(connection, person)
    chosen = choice.get("places", places)
    with bench.write(ERASE) as batch:
        return erase_root(batch, bench.load(person.root), chosen, NOW)


def test_nothing_of_an_erased_person_is_left(bench: Bench) -> None:
    """Not in tables, journal or indexes, and not on any page once the log is in the file."""
    made = cast(bench)
    person = made["person"]
    bench.change(person.root, lambda d: Dossier(d.root, d.children[:-1]))
    bench.change(
        made["friend"].root,
        lambda d: Dossier(altered(d.root, address="Byt po Zogollim", how_met="")),
    )
    bench.change(made["friend"].root, lambda d: Dossier(altered(d.root, address="")))
    for _ in range(3):
        bench.create(*(bench.contact(f"Officer {n}", how_met="x" * 300) for n in range(20)))
    with bench.write() as batch:
        gone = batch.create(bench.contact("Gone", bench.child(Note, text="soused pana Zogolliho")))
        for record in gone.records():
            batch.remove_record(record.type_name, record.id)
    assert hits(bench, "zogoll", "355691234567") > 30
    erased = erase(bench, bench.load(person.root))
    assert ("blob-1", "blob-2") == erased.blob_ids
    assert_sound(bench)
    assert hits(bench, "zogoll", "kreshnik", "355691234567") == 0
    assert [("blob-3",)] == bench.execute("SELECT id FROM blob")
    with bench.store.read() as connection:
        assert [] == find(connection, parse_query("zogolli"), today=START.date())
        assert set(erased.record_ids) == set(read_tombstones(connection))
    assert {record.id for record in person.records()} == set(erased.record_ids)


def test_places_are_shown_and_left_to_the_officer(bench: Bench) -> None:
    """Every text that names the person is listed with its words; what is not chosen stays as it is."""
    made = cast(bench)
    with bench.store.read() as connection:
        places = find_places(connection, made["person"])
    assert {
        ("contact", "how_met"), ("meeting", "title"), ("meeting", "gifts"), ("participant", "name"),
        ("note", "text"), ("subject", "aliases"), ("step", "sender"), ("participant", "email"),
    } == {(place.record_type, place.field) for place in places}  # fmt: skip
    assert "Porada se Zogollim" in [place.excerpt for place in places]
    gift = next(place for place in places if place.field == "gifts")
    assert (gift.root_ref, gift.key) == ("M-26-0001", f"{made['meeting'].root.id}:gifts")
    assert erase(bench, made["person"], places=[gift]).places == 1
    meeting = bench.root(made["meeting"].root)
    assert ("Porada se Zogollim", "Kniha pro [erased]") == (meeting.title, meeting.gifts)
    (participant,) = bench.load(meeting).of(Participant)
    assert (None, "[erased]", "") == (participant.contact_id, participant.name, participant.email)
    assert_sound(bench)


def test_what_pointed_at_the_person_points_nowhere(bench: Bench) -> None:
    """References are blanked, links go, texts are blanked where they were chosen, several in one record."""
    made = cast(bench)
    erase(bench, made["person"])
    request = bench.load(made["request"].root)
    assert () == request.of(Link)
    assert [(None, "K. [erased]")] == [(step.contact_id, step.sender) for step in request.of(Step)]
    assert [("Nik", "[erased]")] == [subject.aliases for subject in request.of(Subject)]
    friend = bench.root(made["friend"].root)
    assert (None, "Seznámil nás [erased] v Tiraně") == (friend.introduced_by_id, friend.how_met)
    meeting = bench.root(made["meeting"].root)
    assert ("Porada se [erased]", "Kniha pro [erased]") == (meeting.title, meeting.gifts)


def test_erased_ids_are_found_in_a_restored_vault(bench: Bench) -> None:
    """Tombstones name what must go again, and are laid only once."""
    (kept, other) = bench.create(bench.contact("A"), bench.organisation("B"))
    with bench.write(ERASE) as batch:
        lay_tombstones(batch.connection, [kept.root.id, kept.root.id, "elsewhere"], NOW)
        lay_tombstones(batch.connection, [kept.root.id], NOW)
    with bench.store.read() as connection:
        assert sorted([kept.root.id, "elsewhere"]) == read_tombstones(connection)
        found = roots_among(connection, read_tombstones(connection))
    assert [("contact", kept.root.id)] == [(kind.type_name, found_id) for kind, found_id in found]
    assert bench.find(other.root) is not None


def test_two_people_are_erased_in_one_batch(bench: Bench) -> None:
    """A record that names both is stated anew twice, and its first statement goes with the second."""
    first, second = bench.create(bench.contact("Kreshnik Zogolli"), bench.contact("Agim Pashku"))
    (meeting,) = bench.create(bench.meeting("Zogolli a Pashku"))
    with bench.store.read() as connection:
        plans = [(person, find_places(connection, person)) for person in (first, second)]
    with bench.write(ERASE) as batch:
        for person, places in plans:
            erase_root(batch, person, places, NOW)
    assert "[erased] a [erased]" == bench.root(meeting.root).title
    assert hits(bench, "zogolli", "pashku") == 0
    assert_sound(bench)


def test_what_was_moved_to_another_root_stays(bench: Bench) -> None:
    """A child that a merge took over is stated anew, its past with the erased root goes."""
    winner, loser = bench.create(bench.contact("A"), bench.contact(NAME, bench.child(Phone, number="1")))
    with bench.write(Intent("merge", Operation.COMBINATION)) as batch:
        batch.change_fields("phone", loser.children[0].id, {"owner_id": winner.root.id})
    erase(bench, bench.load(loser.root))
    assert ["1"] == [phone.number for phone in bench.load(winner.root).of(Phone)]
    assert_sound(bench)


def test_a_name_like_the_blank_ends(bench: Bench) -> None:
    """A person whose name is the very word that is put in its place is blanked once."""
    (person, meeting) = bench.create(bench.contact("Erased"), bench.meeting("With Erased"))
    erase(bench, person)
    assert "With [erased]" == bench.root(meeting.root).title


def test_consultations_of_the_person_lose_their_words(bench: Bench) -> None:
    """Why a record was opened may itself name the person."""
    (person,) = bench.create(bench.contact(NAME))
    with bench.write(Intent("open", Operation.CONSULTATION)) as batch:
        batch.tell(LineKind.OPEN, "contact", person.root.id, person.root.id, {"justification": NAME})
    erase(bench, person)
    assert hits(bench, "zogolli") == 0
    assert_sound(bench)
