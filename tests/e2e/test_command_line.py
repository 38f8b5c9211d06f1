"""The officer's job by the real program, one process a command, as IT would script it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSPHRASE = "kolik řek, tolik mostů v Tiraně"
PROGRAM = [sys.executable, "-m", "liaison_desk"]
SCRIPTED = ("--passphrase-stdin", "--json")
TOP = Path(__file__).parents[2]

CARD = """BEGIN:VCARD
VERSION:3.0
UID:hoxha-1
N:Hoxha;Agim;;plk.;
FN:Agim Hoxha
ORG:Policia e Shtetit;Drejtoria e Kufirit
TITLE:Drejtor
TEL;TYPE=CELL:+355 69 000 1234
EMAIL:agim.hoxha@example.invalid
X-SKYPE:agim.h
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Ђоковић;Марко;;;
FN:Марко Ђоковић
EMAIL:marko@example.invalid
END:VCARD
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:meet-1
DTSTART;TZID=Central Europe Standard Time:20261124T090000
DTEND;TZID=Central Europe Standard Time:20261124T100000
SUMMARY:Koordinace zbraně
ATTENDEE;CN=Agim Hoxha:mailto:agim.hoxha@example.invalid
END:VEVENT
END:VCALENDAR
"""
REGISTER = (
    "č.j.;Došlo;Od;Věc;Naléhavost;Lhůta;Odpovězeno\n"
    "PPR-1/ČJ-2026;23. 11. 2026;NCOZ;Ověření vozidla, 3 značky;urgentní;30.11.2026;\n"
    "PPR-2/ČJ-2026;20. listopadu 2026;NCOZ;=SUM(A1) není vzorec;;;22.11.2026\n"
)


@dataclass(frozen=True)
class Answer:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """The JSON object on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where the vault lies."""
    return tmp_path / "vault"


@pytest.fixture
def desk(vault: Path) -> Callable[..., Answer]:
    """Return a function that runs one command on the vault: verb, then its other arguments."""

    def run(*words: str, lines: tuple[str, ...] = (PASSPHRASE,), check: bool = True) -> Answer:
        verb, *rest = words
        first = ["vault", verb.removeprefix("vault-")] if verb.startswith("vault-") else [verb]
        done = subprocess.run(
            [*PROGRAM, *first, str(vault), *rest, "--passphrase-stdin"],
            input="".join(f"{line}\n" for line in lines).encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(TOP)},
            check=False,
        )
        answer = Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in answer.err
        if check:
            assert (0, "") == (answer.code, answer.err if answer.code else "")
        return answer

    return run


def test_the_main_job_from_cards_to_the_supervisors_folder(
    tmp_path: Path, desk: Callable[..., Answer]
) -> None:
    """Real files in, found in an instant, accounted for, undone and redone, an encrypted workbook out."""
    made = desk("vault-create", "--kdf", "floor", "--json").facts
    for name, text in (("a.txt", CARD), ("b.txt", CALENDAR), ("c.txt", REGISTER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")]
    planned = desk("import", *files, "--dry-run", "--json").facts["files"]
    assert [2, 1, 2] == [file["plan"]["new"] for file in planned]
    assert [] == desk("search", "hoxha", "--json").facts["hits"]
    outcome = desk("import", *files, "--json").facts["files"]
    assert [2, 1, 2] == [file["outcome"]["new"] for file in outcome]
    for words in (
        "hoxha",
        "agim pol",
        "djokovic",
        "Ђок",
        "with:agim",
        "PPR-1",
        "is:open",
        "zbran",
    ):
        assert desk("search", words, "--json").facts["hits"], words
    desk("add", "organisation", "name=Policia e Shtetit", "abbreviation=ASP")
    desk("edit", "C-1", "rank=plk.", "note=volal ve čtvrtek", "tag=Zbraně")
    desk("edit", "C-1", "position=Ředitel", "position.organisation_id=O-1")
    assert ["C-0001"] == [hit["ref"] for hit in desk("search", "org:asp", "--json").facts["hits"]]
    desk("undo")
    shown = desk("show", "C-1", "--json").facts
    assert "plk." == shown["fields"]["rank"]
    desk("undo")
    assert "tag" not in desk("show", "C-1", "--json").facts["children"]
    desk("redo")
    assert ["zbraně"] == [tag["word"] for tag in desk("show", "C-1", "--json").facts["children"]["tag"]]
    changes = [entry["changes"] for entry in desk("history", "C-1", "--json").facts["history"]]
    assert any(["", "plk."] == change.get("rank") for change in changes)
    outbox = tmp_path / "supervisor"
    outbox.mkdir()
    exported = desk("export", "--out", str(outbox), "--recipient", "vedoucí", "--json").facts
    book = outbox / exported["file"]
    assert book.read_bytes().startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    assert ["delivered"] == [one["state"] for one in exported["delivered"]]
    proof = desk("log", "--against", str(book), lines=(PASSPHRASE, exported["password"]))
    assert "contains the state" in proof.out
    assert [] == desk("vault-verify", "--json").facts["faults"]
    assert made["recovery_code"]


def test_parts_of_a_record_are_changed_by_the_names_that_show_gives(desk: Callable[..., Answer]) -> None:
    """A phone is put right and a note taken off; both are named as they were shown."""
    desk("vault-create", "--kdf", "floor")
    desk("add", "contact", "name=Gëzim Çela", "phone=+355 4 000 0001", "note=stale")
    assert "[phone:1]" in desk("show", "C-1").out
    desk("edit", "C-1", "phone:1=+355 4 000 0002", "--remove", "note:1")
    children = desk("show", "C-1", "--json").facts["children"]
    assert [("phone:1", "+355 4 000 0002")] == [(p["place"], p["number"]) for p in children["phone"]]
    assert ["phone"] == list(children)


def test_what_waits_is_listed_and_old_consultations_are_retired(
    tmp_path: Path, desk: Callable[..., Answer]
) -> None:
    """The outbox and the age of the last copy are shown, a delivery that fails has its code, lookups go."""
    desk("vault-create", "--kdf", "floor")
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    (planned,) = desk("import", str(tmp_path / "register.csv"), "--dry-run", "--json").facts["files"]
    assert {"sheet": "", "heading": "č.j.", "target": "request.our_ref"} == planned["columns"][0]
    stick = tmp_path / "stick"
    stick.mkdir()
    desk("target", "--add", "stick", str(stick))
    desk("vault-backup", "--queue")
    stick.rmdir()
    late = desk("sync", check=False)
    assert (1, "E2202") == (late.code, late.err.splitlines()[-1][:5])
    listed = desk("sync", "--list", "--json").facts
    assert ["waiting"] == [row["state"] for row in listed["outbox"]]
    assert listed["last_copy_age_seconds"] is None
    stick.mkdir()
    desk("sync")
    assert desk("sync", "--list", "--json").facts["last_copy_age_seconds"] >= 0
    desk("add", "contact", "name=Gëzim Çela")
    desk("show", "C-1")
    assert 0 == desk("log", "--retire-before", "1. 1. 2020", "--json").facts["retired"]
    assert 1 == desk("log", "--retire-before", "1. 1. 2100", "--json").facts["retired"]
    assert 1 == desk("log", "--verify", "--json").facts["erased_lines"]
    refused = desk("log", "--retire-before", "someday", check=False)
    assert (1, "E3003") == (refused.code, refused.err[:5])


def test_a_check_that_finds_faults_ends_with_a_code(
    tmp_path: Path, vault: Path, desk: Callable[..., Answer]
) -> None:
    """A sealed file that is gone stands in the list of faults, and the last line has the code."""
    desk("vault-create", "--kdf", "floor")
    desk("add", "contact", "name=Gëzim Çela")
    (tmp_path / "letter.txt").write_bytes(b"letter")
    desk("attach", "C-1", str(tmp_path / "letter.txt"))
    for sealed in (vault / "blobs").iterdir():
        sealed.unlink()
    found = desk("vault-verify", "--json", check=False)
    assert ["missing"] == [fault["reason"] for fault in found.facts["faults"]]
    assert (1, "E1007") == (found.code, found.err.splitlines()[-1][:5])


def test_a_stolen_laptop_does_not_take_its_backup_along(tmp_path: Path, desk: Callable[..., Answer]) -> None:
    """A backup goes the way of an export; restored elsewhere it opens by the recovery code."""
    code = desk("vault-create", "--kdf", "floor", "--json").facts["recovery_code"]
    desk("add", "contact", "name=Gëzim Çela", "phone=+355 4 000 0001")
    desk("add", "contact", "name=Kreshnik Zogolli")
    stick = tmp_path / "stick"
    stick.mkdir()
    desk("target", "--add", "stick", str(stick), "--marked")
    beside = desk("vault-backup", "--queue", "--json").facts["backup"]
    desk("sync")
    packed = next(stick.glob("*.ldbackup"))
    desk("erase", "C-2", "--why", "request of the person")
    for source, erased_again in ((packed, 0), (Path(beside), 1)):
        # The file on the stick is from before; beside the vault lies the list of what was erased since.
        elsewhere = tmp_path / source.name.partition(".")[0]
        restored = subprocess.run(
            [*PROGRAM, "vault", "restore", str(source), str(elsewhere), "--recovery", *SCRIPTED],
            input=f"{code}\n".encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(TOP)},
            check=True,
        )
        assert erased_again == json.loads(restored.stdout)["erased_again"]
    assert [] == desk("search", "zogolli", "--json").facts["hits"]


def test_every_refusal_is_one_line_with_a_code(
    tmp_path: Path, vault: Path, desk: Callable[..., Answer]
) -> None:
    """Exit code 1 and a line that begins with the code; wrong use ends in 2; nothing is half done."""
    desk("vault-create", "--kdf", "floor")
    (tmp_path / "empty.vcf").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    for code, words in (
        ("E1011", ("vault-create", "--kdf", "floor")),
        ("E3001", ("show", "C-99")),
        ("E3003", ("add", "contact", "rank=plk.")),
        ("E3004", ("add", "contact", "nmae=x")),
        ("E3005", ("add", "contact", "name=x", "marking=RESTRICTED")),
        ("E3011", ("search", "colour:red")),
        ("E2001", ("import", str(tmp_path / "nowhere.vcf"))),
        ("E2002", ("import", str(tmp_path / "empty.vcf"))),
        ("E3003", ("import", str(tmp_path / "a.vcf"), str(tmp_path / "b.vcf"), "--choose", "3=skip")),
        ("E2005", ("import", str(tmp_path / "broken.xlsx"))),
        ("E2102", ("export", "--profile", "nobody", "--out", str(tmp_path))),
        ("E2101", ("export",)),
        ("E2201", ("sync", "--target", "nowhere")),
        ("E3008", ("undo",)),
    ):
        answer = desk(*words, check=False)
        assert (1, code) == (answer.code, answer.err.splitlines()[-1][:5]), words
    wrong = desk("search", "x", lines=("something else entirely",), check=False)
    assert (1, "E1001") == (wrong.code, wrong.err[:5])
    assert 2 == desk("add", "contact", "no-sign", check=False).code
    assert 2 == desk("edit", "C-1", check=False).code
    assert 2 == subprocess.run([*PROGRAM], capture_output=True, cwd=TOP, check=False).returncode
    (vault / "vault.hdr").write_bytes(b"{}")
    (vault / "vault.hdr.bak").unlink()
    damaged = desk("search", "x", check=False)
    assert (1, "E1002") == (damaged.code, damaged.err[:5])
