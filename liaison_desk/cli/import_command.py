"""``liaison-desk import``: cards, calendars and registers in, with a plan for every row."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.advice import say_reason
from liaison_desk.cli.console import Console, Progress
from liaison_desk.cli.vault_commands import opened
from liaison_desk.domain.errors import FileUnreadable, InvalidValue

if TYPE_CHECKING:
    from liaison_desk.importers.proposal import Source
    from liaison_desk.services.desk import Desk
    from liaison_desk.services.import_plan import ImportPlan
    from liaison_desk.services.importing import ImportOutcome

_PLAN_COLUMNS = ("row", "verdict", "does", "label", "reason", "same as", "into a note", "not understood")
_TOLD = ("new", "updated", "unchanged", "merged", "skipped", "refused")


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add ``import``."""
    text = "import cards, calendars and registers, told apart by their content"
    taking = commands.add_parser("import", help=text, description=text, parents=[common])
    taking.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
    taking.add_argument("files", nargs="+", metavar="FILE", type=Path)
    taking.add_argument("--dry-run", action="store_true", help="show the plan for every row, change nothing")
    taking.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="ROW=CHOICE",
        type=_choice,
        help="create, skip, or the REF to merge into; with one file only",
    )
    taking.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADING=TARGET",
        type=_column,
        help="what a column of a register means; remembered",
    )
    taking.set_defaults(run=_import)


def _choice(text: str) -> tuple[int, str]:
    row, sign, word = text.partition("=")
    if not sign or not row.strip().isdigit() or not word.strip():
        message = f"{text!r} is not ROW=CHOICE"
        raise argparse.ArgumentTypeError(message)
    return int(row), word.strip()


def _column(text: str) -> tuple[str, str]:
    heading, sign, target = text.rpartition("=")
    if not sign or not heading.strip():
        message = f"{text!r} is not HEADING=TARGET"
        raise argparse.ArgumentTypeError(message)
    return heading.strip(), target.strip()


def file_source(path: Path) -> "Source":
    """Return a file as importers read it. Raises FileUnreadable."""
    from liaison_desk.importers.proposal import Source

    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileUnreadable(name=path.name, reason=error.strerror or "unknown") from error
    if not path.is_file():
        raise FileUnreadable(name=path.name, reason="not a file")
    return Source(path.name, size, lambda: path.open("rb"))


def _import(options: argparse.Namespace, console: Console) -> int:
    if options.choose and len(options.files) > 1:
        # The rows of every file are counted from one: the choice would hold for a row of each.
        raise InvalidValue(field="choose", reason="one_file_at_a_time")
    sources = [file_source(path) for path in options.files]
    results: list[dict[str, object]] = []
    with opened(options.folder, console) as desk:
        for source in sources:
            plan = _plan(desk, source, options, console)
            facts = _describe_plan(plan)
            if options.dry_run:
                facts["columns"] = _tell_columns(desk, plan, console)
                _print_plan(plan, console)
                facts["rows"] = _rows(plan)
            else:
                facts |= _apply(desk, plan, options, console)
            results.append(facts)
    if console.as_json:
        console.result({"dry_run": options.dry_run, "files": results}, "")
    return 0


def _plan(desk: "Desk", source: "Source", options: argparse.Namespace, console: Console) -> "ImportPlan":
    from liaison_desk.services.importing import plan_import, remember_columns

    columns = dict(options.column)
    if columns and not options.dry_run:
        remember_columns(desk, source, columns)
    progress = Progress.on_error_stream(console, f"{source.name}: read")
    plan = plan_import(desk, source, columns=columns or None, progress=progress)
    progress.end()
    return plan


def _apply(
    desk: "Desk", plan: "ImportPlan", options: argparse.Namespace, console: Console
) -> dict[str, object]:
    from liaison_desk.services.import_plan import CREATE, SKIP, Choice
    from liaison_desk.services.importing import apply_import

    named = {"create": CREATE, "skip": SKIP}
    choices = {row: named.get(word.lower()) or Choice.merge(word) for row, word in options.choose}
    progress = Progress.on_error_stream(console, f"{plan.source.name}: written")
    outcome = apply_import(desk, plan, choices, progress=progress)
    progress.end()
    if not console.as_json:
        _print_outcome(plan, outcome, console)
    counts: dict[str, object] = {name: getattr(outcome, name) for name in _TOLD}
    refused = [row for row in _rows(plan) if row["verdict"] == "refused"]
    return {"outcome": {**counts, "batch": outcome.batch}, "refused": refused}


def _describe_plan(plan: "ImportPlan") -> dict[str, object]:
    counts = {verdict.value: count for verdict, count in plan.counts().items()}
    return {"file": plan.source.name, "format": plan.format, "plan": counts}


def _rows(plan: "ImportPlan") -> list[dict[str, Any]]:
    return [
        {
            "row": row.place,
            "verdict": row.verdict.value,
            "does": row.default.kind.value,
            "label": row.label,
            "reason": row.reason,
            "candidates": [
                {"ref": each.ref, "row": each.row, "why": [reason.value for reason in each.reasons]}
                for each in row.candidates
            ],
            "kept_in_note": list(row.kept_in_note),
            "refused_parts": [list(part) for part in row.refused_parts],
        }
        for row in plan.rows
    ]


def _tell_columns(desk: "Desk", plan: "ImportPlan", console: Console) -> list[dict[str, object]]:
    """Return and print how the columns of a register were understood; other files have none."""
    from liaison_desk.services.importing import describe_register

    found = describe_register(desk, plan.source, plan.columns)
    told: list[dict[str, object]] = [
        {"sheet": one.sheet, "heading": one.heading, "target": one.target} for one in found
    ]
    if told and not console.as_json:
        shown = [{**one, "target": one["target"] or "(note)"} for one in told]
        console.table("columns", shown, ("sheet", "heading", "target"))
        console.result({}, " ")
    return told


def _print_plan(plan: "ImportPlan", console: Console) -> None:
    if not console.as_json:
        console.table("rows", [_flat(row) for row in _rows(plan)], _PLAN_COLUMNS)


def _print_outcome(plan: "ImportPlan", outcome: "ImportOutcome", console: Console) -> None:
    counts = ", ".join(f"{getattr(outcome, name)} {name}" for name in _TOLD if getattr(outcome, name))
    console.result({}, f"{plan.source.name}: {counts or 'nothing in it'}")
    noted = sum(1 for row in plan.rows if row.kept_in_note)
    lost = sum(len(row.refused_parts) for row in plan.rows)
    if noted or lost:
        console.say(f"  {noted} rows have a note with what has no field, {lost} values were not understood;")
        console.say("  import --dry-run names them")
    for row in _rows(plan):
        if row["verdict"] in {"refused", "possible duplicate"}:
            console.say("  " + "  ".join(str(value) for value in _flat(row).values() if value))


def _flat(row: dict[str, Any]) -> dict[str, object]:
    same = "; ".join(
        f"{each['ref'] or 'row ' + str(each['row'])} ({', '.join(each['why'])})" for each in row["candidates"]
    )
    shown = {name: row[name] for name in ("row", "verdict", "does", "label")}
    return {
        **shown,
        "reason": say_reason(row["reason"]) if row["reason"] else "",
        "same as": same,
        "into a note": ", ".join(dict.fromkeys(row["kept_in_note"])),
        "not understood": ", ".join(f"{name} ({say_reason(why)})" for name, why in row["refused_parts"]),
    }
