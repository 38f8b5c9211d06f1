"""Commands that take files in and hand files out: import, export, target, sync."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.cli.console import Console, Progress
from liaison_desk.cli.vault_commands import opened
from liaison_desk.domain.errors import FileUnreadable

if TYPE_CHECKING:
    from liaison_desk.importers.proposal import Source
    from liaison_desk.services.desk import Desk


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse names no type
    """Add the commands of this module."""

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, parents=[common]
        )
        made.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
        made.set_defaults(run=run)
        return made

    taking = command("import", _import, "import cards, calendars and registers, told apart by their content")
    taking.add_argument("files", nargs="+", metavar="FILE", type=Path)
    taking.add_argument("--dry-run", action="store_true", help="show the plan for every row, change nothing")
    taking.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="ROW=CHOICE",
        help=("create, skip, or the REF to merge into; for one row of one file"),
    )
    taking.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADING=TARGET",
        help=("what a column of a register means; remembered"),
    )
    exporting = command("export", _export, "make the encrypted workbook for the supervisor and deliver it")
    exporting.add_argument("--profile", default="supervisor")
    exporting.add_argument("--out", type=Path, metavar="FOLDER", help="deliver into this folder, now")
    exporting.add_argument("--recipient", default="supervisor", help="to whom; for the journal")
    exporting.add_argument("--purpose", default="regular report", help="why; for the journal")
    exporting.add_argument(
        "--password-stdin", action="store_true", help="take the workbook's password from a line"
    )
    exporting.add_argument("--dry-run", action="store_true", help="say what would be in it, hand out nothing")
    target = command("target", _target, "list delivery targets, add a folder, or remove one")
    target.add_argument("--add", nargs=2, metavar=("NAME", "FOLDER"))
    target.add_argument("--takes", choices=("exports", "backups", "both"), default="both")
    target.add_argument(
        "--marked",
        action="store_true",
        help=("lay a marker there now and demand it later: for sticks and shares that may not be mounted"),
    )
    target.add_argument("--remove", metavar="NAME")
    sync = command("sync", _sync, "deliver what waits in the outbox")
    sync.add_argument("--target", metavar="NAME")
    sync.add_argument("--test", action="store_true", help="only try the targets: write, read back, remove")
    sync.add_argument("--retry", action="store_true", help="also try again what a target had refused")


def file_source(path: Path) -> "Source":
    """Return a file as importers read it. Raises FileUnreadable."""
    from liaison_desk.importers.proposal import Source  # noqa: PLC0415 - keeps other commands quick

    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FileUnreadable(name=path.name, reason="not a file")
    except OSError as error:
        raise FileUnreadable(name=path.name, reason=error.strerror or "unknown") from error
    return Source(path.name, size, lambda: path.open("rb"))


def _import(options: argparse.Namespace, console: Console) -> int:
    sources = [file_source(path) for path in options.files]
    columns = dict(_pairs(options.column))
    choices = dict(_pairs(options.choose))
    results = []
    with opened(options.folder, console) as desk:
        for source in sources:
            results.append(_import_one(desk, source, columns, choices, console, dry=options.dry_run))
    if console.as_json:
        console.result({"dry_run": options.dry_run, "files": results}, "")
    return 0


def _import_one(  # noqa: PLR0913 - what the command line says about one file
    desk: "Desk",
    source: "Source",
    columns: dict[str, str],
    choices: dict[str, str],
    console: Console,
    *,
    dry: bool,
) -> dict[str, object]:
    from liaison_desk.services.importing import apply_import, plan_import, remember_columns  # noqa: PLC0415

    if columns and not dry:
        remember_columns(desk, source, columns)
    progress = Progress.on_error_stream(console, f"{source.name}: read")
    plan = plan_import(desk, source, columns=columns or None, progress=progress)
    progress.end()
    rows = [
        {
            "row": row.place,
            "verdict": row.verdict.value,
            "does": row.default.kind.value,
            "label": row.label,
            "reason": row.reason,
            "candidates": [
                {"ref": c.ref, "row": c.row, "why": [r.value for r in c.reasons]} for c in row.candidates
            ],
            "kept_in_note": list(row.kept_in_note),
            "refused_parts": [list(part) for part in row.refused_parts],
        }
        for row in plan.rows
    ]
    facts: dict[str, object] = {
        "file": source.name,
        "format": plan.format,
        "plan": {verdict.value: count for verdict, count in plan.counts().items()},
    }
    if dry:
        facts["rows"] = rows
        if not console.as_json:
            console.table(
                "rows", [_flat(row) for row in rows], ("row", "verdict", "does", "label", "reason", "same as")
            )
        return facts
    progress = Progress.on_error_stream(console, f"{source.name}: written")
    outcome = apply_import(desk, plan, _read_choices(choices), progress=progress)
    progress.end()
    facts["outcome"] = {
        name: getattr(outcome, name)
        for name in ("new", "updated", "unchanged", "merged", "skipped", "refused", "batch")
    }
    facts["refused"] = [row for row in rows if row["verdict"] == "refused"]
    if not console.as_json:
        counts = ", ".join(f"{value} {name}" for name, value in list(facts["outcome"].items())[:-1] if value)
        console.result({}, f"{source.name}: {counts or 'nothing'}")
        for row in rows:
            if row["verdict"] in {"refused", "possible duplicate"}:
                console.say("  " + "  ".join(str(v) for v in _flat(row).values() if v))
    return facts


def _flat(row: dict[str, Any]) -> dict[str, object]:
    same = "; ".join(
        f"{c['ref'] or 'row ' + str(c['row'])} ({', '.join(c['why'])})" for c in row["candidates"]
    )
    return {name: row[name] for name in ("row", "verdict", "does", "label", "reason")} | {"same as": same}


def _read_choices(typed: dict[str, str]) -> dict[int, Any]:
    from liaison_desk.services.import_plan import CREATE, SKIP, Choice  # noqa: PLC0415

    named = {"create": CREATE, "skip": SKIP}
    return {int(row): named.get(word.lower()) or Choice.merge(word) for row, word in typed.items()}


def _pairs(texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, _, value = text.rpartition("=")
        yield name.strip(), value.strip()


def _export(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.delivering import deliver  # noqa: PLC0415
    from liaison_desk.services.exporting import export, plan_export  # noqa: PLC0415

    with opened(options.folder, console) as desk:
        plan = plan_export(desk, options.profile)
        counts = {
            c.name: {"included": c.included, "redacted": c.redacted, "withheld": c.withheld}
            for c in plan.counts
        }
        withheld = [
            {"sheet": w.sheet, "reason": w.reason.value, "rows": w.rows, "left_out": w.left_out}
            for w in plan.withheld
        ]
        facts: dict[str, object] = {
            "file": plan.file_name,
            "marking": plan.marking,
            "counts": counts,
            "withheld": withheld,
        }
        if options.dry_run:
            console.result(facts, _describe_export(facts))
            return 0
        password = console.password("Password for the workbook: ") if options.password_stdin else ""
        made = export(
            desk,
            plan,
            recipient=options.recipient,
            purpose=options.purpose,
            password=password,
            out=options.out,
        )
        reports = [r for r in deliver(desk) if r.item == made.item]
    facts |= {
        "password": made.password,
        "sha256": made.sha256,
        "delivered": [{"target": r.target, "state": r.state.value, "reason": r.reason} for r in reports],
        "path": str(options.out / made.file_name) if options.out else None,
    }
    lines = [_describe_export(facts), f"Password, shown only now; pass it on by another way: {made.password}"]
    lines += [f"{r.target}: {r.state.value} {r.reason}".rstrip() for r in reports]
    console.result(facts, "\n".join(lines))
    return 0


def _describe_export(facts: dict[str, Any]) -> str:
    lines = [f"{facts['file']}  {facts['marking']}"]
    for name, count in facts["counts"].items():
        lines.append(
            f"  {name}: {count['included']} rows, {count['redacted']} redacted, {count['withheld']} withheld"
        )
    lines += [f"  withheld in {w['sheet']}: {w['rows']} ({w['reason']})" for w in facts["withheld"]]
    return "\n".join(lines)


def _target(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.targets import (  # noqa: PLC0415
        Goods,
        add_folder_target,
        list_targets,
        remove_target,
    )

    takes = {"exports": (Goods.EXPORTS,), "backups": (Goods.BACKUPS,), "both": tuple(Goods)}[options.takes]
    with opened(options.folder, console) as desk:
        if options.add:
            name, folder = options.add
            add_folder_target(desk, name, Path(folder), takes=takes, marked=options.marked)
        if options.remove:
            waiting = remove_target(desk, options.remove)
            console.say(f"{options.remove} removed; {waiting} waiting files will not go there.")
        entries = list_targets(desk)
    rows = [
        {
            "name": entry.name,
            "folder": str(entry.folder),
            "takes": ", ".join(kind.value for kind in entry.takes),
            "marked": entry.marked,
        }
        for entry in entries
    ]
    console.table("targets", rows, ("name", "folder", "takes", "marked"))
    return 0


def _sync(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.delivering import deliver  # noqa: PLC0415
    from liaison_desk.services.targets import list_targets, probe_target  # noqa: PLC0415

    with opened(options.folder, console) as desk:
        if options.test:
            names = [options.target] if options.target else [entry.name for entry in list_targets(desk)]
            for name in names:
                probe_target(desk, name)
            console.table("targets", [{"name": name, "ok": True} for name in names], ("name", "ok"))
            return 0
        reports = deliver(desk, options.target, insist=options.retry)
    rows = [
        {
            "file": r.file_name,
            "target": r.target,
            "state": r.state.value,
            "reason": r.reason,
            "attempts": r.attempts,
        }
        for r in reports
    ]
    console.table("deliveries", rows, ("file", "target", "state", "reason", "attempts"))
    return 1 if any(r.state.value != "delivered" for r in reports) else 0
