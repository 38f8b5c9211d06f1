"""Make the golden vault of the present schema revision: ``python -m tests.make_golden``.

One is kept for every released revision, and every test run opens them all. Once a revision is released, its
golden vault is never made again.
"""

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liaison_desk.domain.attached import Attachment, Link, Note, Tag, Task
from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.domain.codes import Assertion, RequestStatus, StepKind
from liaison_desk.domain.contact import Email, Phone, Position
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.post import Post
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request_parts import InformationItem, Reference, Step, Subject
from liaison_desk.domain.values import PartialDate, ZonedTime
from liaison_desk.storage.erasure import erase_root, find_places
from liaison_desk.storage.history import replay
from liaison_desk.storage.migrating import HEAD_REVISION
from liaison_desk.storage.store import Store, create_store
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.header import Anchor
from liaison_desk.vault.opening import create_vault
from liaison_desk.vault.passphrases import Passphrase
from tests.storage_samples import ERASE, IMPORT, START, Bench, altered

GOLDEN = Path(__file__).parent / "data" / "golden"
WORDS = "zlatý klíč otevírá stará vrata"
EXPECTED = "expected.json"
ERASED_NAME = "Kreshnik Zogolli"
NOW = "2026-11-23T10:00:00.000000Z"


def main() -> None:
    """Write the golden vault of the present revision anew."""
    clock = SteppedClock(START)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "golden"
        created = create_vault(folder, Passphrase(WORDS), kdf=FAST, clock=clock, ballast=4096)
        vault = created.vault
        bench = Bench.over(vault.database)
        bench.take(
            lambda new_id: create_store(
                vault.connect,
                vault_id=vault.vault_id,
                post=Post(),
                clock=bench.clock,
                new_id=new_id,
                path=folder,
            )
        )
        fill(bench)
        expected = describe(bench.store)
        heads = bench.store.heads()
        bench.store.close()
        vault.compact()
        vault.close([Anchor(head.device, head.sequence, head.digest) for head in heads])
        target = GOLDEN / HEAD_REVISION
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in (*folder.glob("vault.hdr*"), *folder.glob("vault-*.db")):
            shutil.copyfile(path, target / path.name)
        text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
        (target / EXPECTED).write_text(text + "\n", encoding="utf-8")


def describe(store: Store) -> dict[str, Any]:
    """Return what a golden vault must hold: its records, its batches, its heads."""
    with store.read() as connection:
        records = [
            [type_name, values]
            for (type_name, _), values in sorted(replay(connection).items(), key=lambda x: x[0])
        ]
        batches = connection.exec_driver_sql(
            "SELECT use_case, operation, at FROM batch ORDER BY number"
        ).all()
    return {
        "revision": HEAD_REVISION,
        "records": records,
        "batches": [list(row) for row in batches],
        "heads": [[head.device, head.sequence, head.digest] for head in store.heads()],
    }


def fill(bench: Bench) -> None:
    """Write dossiers of each kind, change some, undo and redo, open one, erase one."""
    police, police_unit = bench.create(*organisations(bench))
    chief, clerk, gone = bench.create(*contacts(bench, police_unit), intent=IMPORT)
    bench.create(meeting(bench, chief, gone))
    bench.create(request(bench, police, chief))
    bench.create(
        Dossier(CodeEntry(id=bench.new_id(), list_name="channel", value="courier", label="Kurýr", level=3))
    )
    bench.change(clerk.root, lambda d: Dossier(altered(d.root, rank="nënkomisar"), d.children[:-1]))
    bench.change(clerk.root, lambda d: Dossier(altered(d.root, name="Mirela Dervishi-Leka"), d.children))
    bench.undo()
    bench.change(chief.root, lambda d: Dossier(altered(d.root, name_day="1. 5."), d.children))
    bench.undo()
    bench.redo()
    bench.create(bench.contact("Omylem založený", bench.child(Phone, number="0")))
    bench.undo()
    with bench.write(Intent("open_record", Operation.CONSULTATION)) as batch:
        batch.tell(
            LineKind.OPEN, "contact", chief.root.id, chief.root.id, {"justification": "příprava schůzky"}
        )
    with bench.store.read() as connection:
        places = find_places(connection, gone)
    with bench.write(ERASE) as batch:
        erase_root(batch, bench.load(gone.root), places, NOW)


def organisations(bench: Bench) -> tuple[Dossier, Dossier]:
    """Return an authority and a unit of it."""
    police = bench.organisation(
        "Policia e Shtetit", bench.child(Tag, word="police"), abbreviation="ASP",
        name_czech="Albánská policie", former_names=("Policia Popullore",), country="AL",
        valid_from=PartialDate(1991),
    )  # fmt: skip
    unit = bench.organisation(
        "Drejtoria e Krimit",
        bench.child(Email, address="Krimi@example.invalid", folded="krimi@example.invalid"),
        parent_id=police.root.id, competence=("drugs", "arms"),
    )  # fmt: skip
    return police, unit


def contacts(bench: Bench, unit: Dossier) -> tuple[Dossier, Dossier, Dossier]:
    """Return an officer, a clerk, and somebody to be erased."""
    chief = bench.contact(
        "Përparim Gjoka",
        bench.child(
            Position, organisation_id=unit.root.id, function="přednosta", primary=True,
            since=PartialDate(2024, 4, end=True),
        ),
        bench.child(
            Phone, number="+355 69 000 0001", e164="+355690000001", verified_on=PartialDate(2026, 1, 5)
        ),
        bench.child(Note, text="Mluví italsky.\nČaj, ne kávu.", at=datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        bench.child(
            Attachment, name="vizitka.jpg", blob_id="blob-1", media_type="image/jpeg", size=12_345
        ),
        family_name="Gjoka", given_name="Përparim", rank="kryekomisar", aliases=("Rimi", "Перпарим Ђока"),
        languages=("sq", "it:b2"), birthday=PartialDate(1751, 2), keep_in_touch_days=30,
    )  # fmt: skip
    clerk = bench.contact(
        "Mirela Dervishi", bench.child(Phone, number="1"), bench.child(Note, text="x" * 2_000),
        introduced_by_id=chief.root.id,
    )  # fmt: skip
    gone = bench.contact(
        ERASED_NAME,
        bench.child(Phone, number="+355 69 000 0002"),
        family_name="Zogolli",
        given_name="Kreshnik",
    )
    return chief, clerk, gone


def meeting(bench: Bench, chief: Dossier, gone: Dossier) -> Dossier:
    """Return a meeting of the chief with somebody who will be erased."""
    return bench.meeting(
        "Porada k případu", bench.child(Participant, contact_id=chief.root.id, attended=True),
        bench.child(Participant, contact_id=gone.root.id, name=ERASED_NAME),
        bench.child(Task, text="poslat zápis", due=PartialDate(2026, 12, end=True)),
        starts=ZonedTime(START.replace(tzinfo=None), "Europe/Tirane"), place="Tirana",
        minutes_facts="Přítomen i Zogolli.", filed_as="PPR-12/2026",
    )  # fmt: skip


def request(bench: Bench, police: Dossier, chief: Dossier) -> Dossier:
    """Return a request with every kind of child."""
    return bench.request(
        "Octavia", bench.child(Reference, number="KRPA-4711-3/TČ-2026"),
        bench.child(Step, at=START, kind=StepKind.RECEIVED, contact_id=chief.root.id, text="přišlo"),
        bench.child(Subject, name="AA 123 BB", documents=("P1234567",)),
        bench.child(InformationItem, text="viděno v Drači", assertion=Assertion.ASSESSMENT),
        bench.child(Link, to_id=chief.root.id, role="zpracovává"),
        status=RequestStatus.WITH_PARTNER, received_at=START, requested_authority_id=police.root.id,
        crime_areas=("vehicles",), deadline_asked=PartialDate(2026, 12, 1), feedback_requested=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
