"""Commands that hand files out: export, target, sync."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.advice import error_of_code, one_line
from liaison_desk.cli.console import Console
from liaison_desk.cli.vault_commands import opened
from liaison_desk.domain.errors import TargetUnreachable

if TYPE_CHECKING:
    from liaison_desk.services.desk import Desk


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, parents=[common]
        )
        made.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
        made.set_defaults(run=run)
        return made

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
    sync.add_argument("--list", action="store_true", help="only list what waits and what was delivered")
    sync.add_argument("--retry", action="store_true", help="also try again what a target had refused")


def _export(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.delivering import deliver
    from liaison_desk.services.exporting import export, plan_export

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
        lines = [
            _describe_export(facts),
            f"Password, shown only now; pass it on by another way: {made.password}",
            *(f"{r.target}: {r.state.value} {r.reason}".rstrip() for r in reports),
        ]
        # Before the desk is locked: the password is known nowhere else, and locking may fail.
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
    from liaison_desk.services.targets import (
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
    from liaison_desk.services.delivering import deliver
    from liaison_desk.services.targets import list_targets, probe_target

    with opened(options.folder, console) as desk:
        if options.list:
            _list_outbox(desk, console)
            return 0
        if options.test:
            names = [options.target] if options.target else [entry.name for entry in list_targets(desk)]
            for name in names:
                probe_target(desk, name)
            console.table("targets", [{"name": name, "ok": True} for name in names], ("name", "ok"))
            return 0
        reports = deliver(desk, options.target, insist=options.retry, at_once=True)
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
    late = [r for r in reports if r.state.value != "delivered"]
    if not late:
        return 0
    code = late[0].reason or TargetUnreachable.code
    console.say(
        one_line(error_of_code(code, target=late[0].target, name=late[0].file_name, reason="not kept"))
    )
    return 1


def _list_outbox(desk: "Desk", console: Console) -> None:
    from liaison_desk.services.delivering import age_of_last_copy, list_outbox
    from liaison_desk.services.presenting import show_value

    rows: list[dict[str, object]] = [
        {
            "made": show_value(r.made_at, desk.post.zone),
            "file": r.file_name,
            "target": r.target,
            "state": r.state.value,
            "reason": r.reason,
            "attempts": r.attempts,
            "delivered": show_value(r.delivered_at, desk.post.zone),
        }
        for r in list_outbox(desk)
    ]
    age = age_of_last_copy(desk)
    if console.as_json:
        seconds = None if age is None else int(age.total_seconds())
        console.result({"outbox": rows, "last_copy_age_seconds": seconds}, "")
        return
    console.table("outbox", rows, ("made", "file", "target", "state", "reason", "attempts", "delivered"))
    told = "No backup has left this computer yet."
    if age is not None:
        hours = age.seconds // 3600
        told = f"The newest backup that left this computer is {age.days} days and {hours} hours old."
    console.result({}, told)
