"""Commands on the journal: history, undo, redo, log."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.cli.console import Console
from liaison_desk.cli.vault_commands import opened

if TYPE_CHECKING:
    from liaison_desk.services.desk import Desk
    from liaison_desk.services.undoing import Undone
    from liaison_desk.storage.history import HistoryEntry


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, parents=[common]
        )
        made.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
        made.set_defaults(run=run)
        return made

    history = command("history", _history, "show what changed on a record, field by field")
    history.add_argument("ref", metavar="REF")
    undo = command("undo", _undo, "undo the newest change, or the one named by --batch")
    undo.add_argument("--batch", default="", metavar="DEVICE:SEQUENCE")
    command("redo", _redo, "redo what was undone last")
    log = command("log", _log, "list the journal, newest first, or verify it")
    what = log.add_mutually_exclusive_group()
    what.add_argument("--verify", action="store_true", help="check the whole chain")
    what.add_argument(
        "--retire-before",
        metavar="DATE",
        help="empty the lines of consultations made before this day begins at the post; has no undo",
    )
    log.add_argument(
        "--against",
        type=Path,
        metavar="FILE",
        help=("compare with the journal's head in a workbook, backup or vault header that left here"),
    )
    log.add_argument("--newest", type=int, default=50, metavar="N")


def _history(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.finding import read_history
    from liaison_desk.services.presenting import entry_as_dict

    with opened(options.folder, console) as desk:
        entries = read_history(desk, options.ref)
    if console.as_json:
        console.result({"history": [entry_as_dict(entry) for entry in entries]}, "")
        return 0
    console.result({}, "\n".join(_describe(entry) for entry in entries))
    return 0


def _describe(entry: "HistoryEntry") -> str:
    head = f"{entry.at[:19]}Z  {entry.actor}  {entry.use_case}  {entry.kind.value} {entry.record_type}"
    if entry.erased:
        return f"{head}  (erased)"
    lines = [head]
    lines += [f"    {c.field}: {c.before!r} -> {c.after!r}" for c in entry.changes]
    lines += [f"    {name}: {value}" for name, value in entry.facts.items()]
    return "\n".join(lines)


def _undo(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.undoing import undo

    with opened(options.folder, console) as desk:
        _print_undone(undo(desk, options.batch), console, "Undone")
    return 0


def _redo(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.undoing import redo

    with opened(options.folder, console) as desk:
        _print_undone(redo(desk), console, "Redone")
    return 0


def _print_undone(done: "Undone", console: Console, word: str) -> None:
    left = [
        {"type": item.record_type, "id": item.record_id, "field": item.field, "reason": item.reason}
        for item in done.left
    ]
    facts = {
        "batch": done.batch,
        "use_case": done.use_case,
        "restored": done.restored,
        "binned": done.binned,
        "left": left,
    }
    lines = [f"{word}: {done.use_case} ({done.restored} records, {done.binned} into the bin)"]
    lines += [f"  left as it is: {i['type']} {i['id']} {i['field']} ({i['reason']})" for i in left]
    console.result(facts, "\n".join(lines))


def _log(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.anchoring import verify_log
    from liaison_desk.services.presenting import list_batches

    with opened(options.folder, console) as desk:
        if options.retire_before is not None:
            _retire(desk, options.retire_before, console)
            return 0
        if not (options.verify or options.against):
            rows = list_batches(desk, options.newest)
            console.table("batches", rows, ("at", "batch", "actor", "operation", "use_case", "lines"))
            return 0
        password = None
        if options.against is not None and options.against.suffix.lower() == ".xlsx":
            password = console.password("Password of the workbook: ")
        report = verify_log(desk, options.against, password)
    heads = [{"device": h.device, "sequence": h.sequence, "digest": h.digest} for h in report.heads]
    facts = {
        "batches": report.batches,
        "lines": report.lines,
        "erased_lines": report.erased_lines,
        "heads": heads,
        "against": str(options.against) if options.against else None,
    }
    text = f"The chain holds: {report.batches} batches, {report.lines} lines, {report.erased_lines} erased."
    if options.against:
        text += f"\nIt contains the state recorded in {options.against.name}."
    else:
        text += "\nWithout --against a file that left this computer, this proves nothing against its owner."
    console.result(facts, text)
    return 0


def _retire(desk: "Desk", typed: str, console: Console) -> None:
    from liaison_desk.domain.clocks import instant_text
    from liaison_desk.services.erasing import retire_old_consultations
    from liaison_desk.services.typed_values import read_moment

    before = instant_text(read_moment("retire-before", typed, desk.post.zone))
    lines = retire_old_consultations(desk, before)
    console.result(
        {"before": before, "retired": lines}, f"{lines} lines of consultations before {before} were emptied."
    )
