"""Exporting: what is planned is what is made, and nothing leaves that the journal does not know."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from liaison_desk.domain.codes import Handling, RequestStatus
from liaison_desk.domain.errors import (
    AboveCeiling,
    ExportProfileUnknown,
    ExportRefused,
    InvalidValue,
    LiaisonError,
    PlanOutdated,
    TargetUnknown,
)
from liaison_desk.domain.operations import LineKind, Operation
from liaison_desk.domain.post import Post
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.anchoring import verify_log
from liaison_desk.services.delivering import deliver
from liaison_desk.services.erasing import erase, plan_erasure
from liaison_desk.services.exporting import plan_export
from liaison_desk.services.finding import load, open_record, read_history
from liaison_desk.services.workbook_ground import Reason
from tests.export_samples import ADD, NOW, ExportBench, open_workbook, rows_of

LATE = PartialDate(2026, 11, 20)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return a desk with two requests, a meeting and a contact."""
    made = ExportBench(tmp_path / "vault")
    made.add_request("Vehicle check, three plates", deadline_asked=LATE, received_at=NOW - timedelta(days=9))
    made.add_request("Company ownership, Durrës", status=RequestStatus.CLOSED, answered_at=NOW)
    made.add_meeting("Monthly coordination", 20, ["Arben Hoxha"], decisions="Weekly.")
    made.add_contact("Elira Dervishi", function="Shefe sektori", handling=Handling.SHAREABLE)
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder that files are delivered to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_plan_becomes_the_file(bench: ExportBench, out: Path) -> None:
    """The delivered file has the planned name, sheets and rows, and opens with the proposed password."""
    plan = plan_export(bench.desk)
    done = bench.export(out, plan)
    deliver(bench.desk)
    assert "LD_AL-Tirana_2026-11-24_W48_0001.xlsx" == plan.file_name == done.file_name
    data = (out / done.file_name).read_bytes()
    assert (done.sha256, done.size) == (hashlib.sha256(data).hexdigest(), len(data))
    book = open_workbook(out / done.file_name, done.password)
    assert ["Summary", "Requests", "Meetings", "Contacts", "Codes_Notes"] == book.sheetnames
    planned = {count.name: count.included for count in plan.counts}
    assert {"Requests": 2, "Meetings": 1, "Contacts": 1} == planned
    assert planned == {name: len(rows_of(book, name)) for name in planned}
    late, answered = rows_of(book, "Requests")
    assert ("Overdue", 4, LATE.last_day) == (late["Clock"], late["Days overdue"], late["Due"].date())
    assert ("Answered", 0, "Closed") == (answered["Clock"], answered["Days overdue"], answered["Status"])
    meeting = rows_of(book, "Meetings")[0]
    assert (1, "Held", "Weekly.") == (meeting["People"], meeting["State"], meeting["Agreed"])


def test_disclosure_has_a_line_for_each_record(bench: ExportBench, out: Path) -> None:
    """The batch of an export names every record handed out, recipient, purpose and the file's hash."""
    before = bench.desk.store.heads()[0]
    done = bench.export(out)
    disclosed = [line for line in bench.lines() if line[0] == "disclose"]
    assert {"request": 2, "meeting": 1, "contact": 1} == {
        kind: sum(line[1] == kind for line in disclosed) for kind in ("request", "meeting", "contact")
    }
    assert {"export": 1, "sheet": "Meetings"} in [json.loads(line[3]) for line in disclosed]
    told = json.loads(bench.lines()[-1][3])
    assert ("Supervisor", "Weekly report") == (told["recipient"], told["purpose"])
    assert (done.sha256, [2, 0, 0]) == (told["sha256"], told["counts"]["Requests"])
    header = bench.lines("SELECT operation, use_case, sequence, actor FROM batch ORDER BY number")[-1]
    assert (Operation.DISCLOSURE.value, "export", before.sequence + 1, "officer") == header


def test_file_anchors_the_journal(bench: ExportBench, out: Path) -> None:
    """The file carries the journal's head as it was before the export's own batch."""
    head = bench.desk.store.heads()[0]
    done = bench.export(out)
    deliver(bench.desk)
    book = open_workbook(out / done.file_name, done.password)
    told = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert (head.device, str(head.sequence), head.digest) == (
        told["LD_Device"], told["LD_Sequence"], told["LD_Digest"]
    )  # fmt: skip


def test_plan_is_outdated_by_a_change_only(bench: ExportBench, out: Path) -> None:
    """A record opened after the plan does no harm; one that was changed makes the plan void."""
    plan = plan_export(bench.desk)
    open_record(bench.desk, "AL-26-0001")
    assert 1 == bench.export(out, plan).number
    plan = plan_export(bench.desk)
    dossier = load(bench.desk, "AL-26-0001")
    with bench.desk.store.write(ADD) as batch:
        batch.save(replace(dossier, root=replace(dossier.root, handling=Handling.POST_ONLY)), 1)
    with pytest.raises(PlanOutdated):
        bench.export(out, plan)


def test_same_plan_is_not_exported_twice(bench: ExportBench, out: Path) -> None:
    """A number is given once: the second export of one plan is refused."""
    plan = plan_export(bench.desk)
    bench.export(out, plan)
    with pytest.raises(PlanOutdated):
        bench.export(out, plan)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"recipient": " "}, ExportRefused),
        ({"purpose": ""}, ExportRefused),
        ({"out": None}, ExportRefused),
        ({"targets": ["nowhere"]}, TargetUnknown),
        ({"password": "a\nb"}, ExportRefused),
    ],
)
def test_refused_export_leaves_nothing(
    bench: ExportBench, out: Path, facts: dict[str, Any], error: type[LiaisonError]
) -> None:
    """Without recipient, purpose, a place to go or a fit password nothing is journaled, sealed or queued."""
    heads = bench.desk.store.heads()
    with pytest.raises(error):
        bench.export(**{"out": out} | facts)
    assert ([], []) == (bench.sealed(), bench.lines("SELECT number FROM export_run"))
    assert heads == bench.desk.store.heads()


def test_outdated_plan_leaves_nothing(bench: ExportBench, out: Path) -> None:
    """What was sealed for a plan that turned out to be void is removed again."""
    plan = plan_export(bench.desk)
    bench.add_request("One more")
    with pytest.raises(PlanOutdated):
        bench.export(out, plan)
    assert ([], []) == (bench.sealed(), bench.lines("SELECT item FROM outbox"))


def test_marking_limit_leaves_out_and_counts(bench: ExportBench) -> None:
    """Records above the limit are left out and counted, and the file's marking is the highest of the rest."""
    bench.add_request("Quiet matter", marking="LIMITED", handling=Handling.SHAREABLE)
    whole = plan_export(bench.desk)
    assert ("LIMITED", (3, 0)) == (whole.marking, (whole.counts[0].included, whole.counts[0].withheld))
    cut = plan_export(bench.desk, limit="INTERNAL")
    assert ("INTERNAL", (2, 1)) == (cut.marking, (cut.counts[0].included, cut.counts[0].withheld))
    assert [(Reason.ABOVE_LIMIT, 1, True)] == [
        (each.reason, each.rows, each.left_out) for each in cut.withheld
    ]


def test_wrong_limit_and_profile_are_refused(bench: ExportBench) -> None:
    """A limit must be a known marking up to the ceiling, a profile must be known."""
    with pytest.raises(AboveCeiling):
        plan_export(bench.desk, limit="RESTRICTED")
    with pytest.raises(InvalidValue):
        plan_export(bench.desk, limit="SECRET")
    with pytest.raises(ExportProfileUnknown, match="supervisor, requests"):
        plan_export(bench.desk, "everybody")


def test_requests_alone(bench: ExportBench, out: Path) -> None:
    """The profile of requests has no other sheet and discloses no other record."""
    done = bench.export(out, plan_export(bench.desk, "requests"))
    deliver(bench.desk)
    book = open_workbook(out / done.file_name, done.password)
    assert ["Summary", "Requests", "Codes_Notes"] == book.sheetnames
    assert {"request"} == {line[1] for line in bench.lines() if line[0] == "disclose"}


def test_binned_records_are_left_out(bench: ExportBench) -> None:
    """What lies in the bin is neither included nor counted as withheld."""
    dossier = load(bench.desk, "AL-26-0001")
    with bench.desk.store.write(ADD) as batch:
        batch.save(replace(dossier, root=replace(dossier.root, binned_at=NOW)), 1)
    counts = plan_export(bench.desk).counts[0]
    assert (1, 0) == (counts.included, counts.withheld)


def test_figures_stand_beside_those_of_the_last_export(bench: ExportBench, out: Path) -> None:
    """The second export shows the first one's number, day and key figures."""
    bench.export(out)
    bench.wait(timedelta(days=7))
    bench.add_request("New today", deadline_asked=PartialDate(2026, 12, 24))
    plan = plan_export(bench.desk)
    assert (1, date(2026, 11, 24)) == (plan.content.previous_number, plan.content.previous_on)
    opened = plan.content.summary.figures[0]
    assert ("Open requests", 2, 1, 1) == (opened.label, opened.now, opened.previous, opened.change)
    assert "LD_AL-Tirana_2026-12-01_W49_0002.xlsx" == plan.file_name


def test_sample_vault_says_so(tmp_path: Path) -> None:
    """Every file of a sample vault carries the word SAMPLE; an empty vault exports empty sheets."""
    bench = ExportBench(tmp_path / "vault", Post(sample=True))
    plan = plan_export(bench.desk)
    bench.close()
    assert plan.content.handling.startswith("SAMPLE")
    assert ("UNCLASSIFIED", [0, 0, 0]) == (plan.marking, [count.included for count in plan.counts])


def test_nothing_is_left_in_temporary_folders(bench: ExportBench, out: Path, own_places: Path) -> None:
    """Neither an export nor its delivery writes a temporary file outside vault and target."""
    bench.export(out)
    deliver(bench.desk)
    assert [] == [path for path in own_places.rglob("*") if path.is_file()]
    assert 1 == len(list(out.iterdir()))


def test_own_password_is_kept_as_given(bench: ExportBench, out: Path) -> None:
    """A password that was agreed before opens the file; a proposed one is new each time."""
    agreed = bench.export(out, password="dohodnuté heslo")
    deliver(bench.desk)
    assert "dohodnuté heslo" == agreed.password
    assert 5 == len(open_workbook(out / agreed.file_name, "dohodnuté heslo").sheetnames)
    assert bench.export(out).password != bench.export(out).password


def test_disclosure_stands_in_the_history_and_yields_to_erasure(bench: ExportBench, out: Path) -> None:
    """A record's history tells its disclosures; erasing the record empties them and the chain verifies."""
    bench.export(out)
    told = [entry for entry in read_history(bench.desk, "C-0001") if entry.kind is LineKind.DISCLOSE]
    assert [{"export": 1, "sheet": "Contacts"}] == [entry.facts for entry in told]
    plan = plan_erasure(bench.desk, load(bench.desk, "C-0001"))
    erase(bench.desk, plan, (), "retention period over")
    assert verify_log(bench.desk).erased_lines > 0
    assert 0 == plan_export(bench.desk).counts[2].included
