"""Commands on records: search, show, add, edit, bin, merge, attach, erase."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.cli.console import Console
from liaison_desk.cli.vault_commands import opened
from liaison_desk.domain.attached import Attachment
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liaison_desk.domain.records import Dossier
    from liaison_desk.services.desk import Desk
    from liaison_desk.services.presenting import Shown

_WRONG_USE = 2


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, parents=[common]
        )
        made.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
        made.set_defaults(run=run)
        return made

    search = command(
        "search", _search, 'find records by words and filters such as is:open org:"ASP" tag:arms'
    )
    search.add_argument("words", nargs="+", metavar="WORDS")
    search.add_argument("--limit", type=int, default=50)
    show = command(
        "show", _show, "show a record with everything that belongs to it; logged as a consultation"
    )
    show.add_argument("ref", metavar="REF")
    show.add_argument("--why", default="", help="justification, for the journal")
    add = command("add", _add, "add a record: contact, organisation, meeting, request or code")
    add.add_argument("type", metavar="TYPE")
    _add_assignments(add)
    edit = command(
        "edit",
        _edit,
        "change fields of a record, add to it (phone=…, note=…), change or remove what show names (phone:2)",
    )
    edit.add_argument("ref", metavar="REF")
    _add_assignments(edit, nargs="*")
    edit.add_argument(
        "--remove", action="append", default=[], metavar="PLACE", help="take this off, for example phone:2"
    )
    edit.add_argument("--reason", default="", help="why; demanded when a marking is lowered")
    binning = command("bin", _bin, "put a record into the bin, or take it out with --out")
    binning.add_argument("ref", metavar="REF")
    binning.add_argument("--out", action="store_true", help="take it out again")
    _add_whole_record_commands(command)


def _add_whole_record_commands(command: Callable[[str, object, str], argparse.ArgumentParser]) -> None:
    merge = command("merge", _merge, "merge the second record into the first; every dated position is kept")
    merge.add_argument("keep", metavar="KEEP")
    merge.add_argument("other", metavar="OTHER")
    attach = command("attach", _attach, "attach files, list them, or take one out")
    attach.add_argument("ref", metavar="REF")
    attach.add_argument("files", nargs="*", metavar="FILE", type=Path)
    attach.add_argument(
        "--get", metavar="NAME", help="write this attachment to standard output, or --to a file"
    )
    attach.add_argument(
        "--to", type=Path, metavar="FILE", help="where --get writes; never over what is there"
    )
    attach.add_argument("--detach", metavar="NAME", help="take this attachment off the record")
    erase = command("erase", _erase, "erase a person for good; texts that name him are listed first")
    erase.add_argument("ref", metavar="REF")
    erase.add_argument("--why", default="", help="justification, for the journal")
    erase.add_argument(
        "--redact", action="append", default=[], metavar="PLACE", help="blank the name in this place"
    )
    erase.add_argument("--redact-all", action="store_true", help="blank the name in every place listed")
    erase.add_argument("--dry-run", action="store_true", help="only list the places")


def _add_assignments(parser: argparse.ArgumentParser, nargs: str = "+") -> None:
    parser.add_argument(
        "assignments",
        nargs=nargs,
        metavar="FIELD=VALUE",
        type=_assignment,
        help="for example name='Agim Hoxha'",
    )


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        message = f"{text!r} is not FIELD=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name.strip(), value


def _search(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.finding import search
    from liaison_desk.services.presenting import show_instant

    with opened(options.folder, console) as desk:
        hits = search(desk, " ".join(options.words), limit=options.limit)
        zone = desk.post.zone
    rows = [
        {
            "ref": hit.ref,
            "type": hit.type,
            "title": hit.title,
            "marking": hit.marking,
            "moment": show_instant(hit.moment, zone),
            "due": hit.next_due,
            "id": hit.root_id,
        }
        for hit in hits
    ]
    console.table("hits", rows, ("ref", "type", "title", "marking", "moment", "due"))
    return 0


def _show(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.finding import open_record

    with opened(options.folder, console) as desk:
        _print_dossier(desk, open_record(desk, options.ref, options.why), console)
    return 0


def _add(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.records import add_record

    with opened(options.folder, console) as desk:
        saved = add_record(desk, options.type, options.assignments)
        _print_saved(saved.root, console, "added")
    return 0


def _edit(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.records import edit_record

    if not (options.assignments or options.remove):
        console.say("Nothing to change: name FIELD=VALUE or --remove PLACE.")
        return _WRONG_USE
    with opened(options.folder, console) as desk:
        saved = edit_record(desk, options.ref, options.assignments, options.reason, removed=options.remove)
        _print_saved(saved.root, console, "saved")
    return 0


def _bin(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.records import bin_record, unbin_record

    with opened(options.folder, console) as desk:
        saved = unbin_record(desk, options.ref) if options.out else bin_record(desk, options.ref)
        _print_saved(saved.root, console, "taken out of the bin" if options.out else "binned")
    return 0


def _merge(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.merging import merge_records

    with opened(options.folder, console) as desk:
        outcome = merge_records(desk, options.keep, options.other)
    facts = {
        "kept": outcome.kept,
        "binned": outcome.binned,
        "moved": outcome.moved,
        "conflicts": outcome.conflicts,
    }
    console.result(
        facts,
        f"{outcome.binned} merged into {outcome.kept}: {outcome.moved} parts moved, "
        f"{outcome.conflicts} differing values kept beside. Undo brings both back.",
    )
    return 0


def _attach(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.attaching import attach_file, detach, read_attachment
    from liaison_desk.services.finding import open_record

    with opened(options.folder, console) as desk:
        if options.get:
            open_record(desk, options.ref)
            console.write_bytes(read_attachment(desk, options.ref, options.get), options.to)
            return 0
        if options.detach:
            gone = detach(desk, options.ref, options.detach)
            console.result(
                {"detached": gone.name}, f"{gone.name} taken off {options.ref}; undo brings it back."
            )
            return 0
        for path in options.files:
            attach_file(desk, options.ref, path)
        dossier = open_record(desk, options.ref)
    rows: Sequence[dict[str, object]] = [
        {"name": child.name, "type": child.media_type, "bytes": child.size, "sha256": child.sha256}
        for child in dossier.of(Attachment)
    ]
    console.table("attachments", rows, ("name", "type", "bytes", "sha256"))
    return 0


def _erase(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.erasing import erase, plan_erasure
    from liaison_desk.services.finding import open_record

    with opened(options.folder, console) as desk:
        plan = plan_erasure(desk, open_record(desk, options.ref, options.why))
        places: list[dict[str, object]] = [
            {"place": p.key, "record": p.root_ref, "field": f"{p.record_type}.{p.field}", "text": p.excerpt}
            for p in plan.places
        ]
        if options.dry_run:
            console.table("places", places, ("place", "record", "field", "text"))
            return 0
        redact = {p.key for p in plan.places} if options.redact_all else set(options.redact)
        erased = erase(desk, plan, redact, options.why)
    left = [place for place in places if place["place"] not in redact]
    facts = {"erased": len(erased.record_ids), "lines": erased.lines, "redacted": erased.places, "left": left}
    console.result(
        facts,
        f"Erased for good: {len(erased.record_ids)} records, {erased.lines} journal lines emptied, "
        f"{erased.places} places blanked, {len(left)} left as they are.",
    )
    return 0


def _print_saved(root: Root, console: Console, what: str) -> None:
    facts = {"ref": root.ref, "id": root.id, "type": root.type_name, "revision": root.revision}
    console.result(facts, f"{root.ref} {what}: {title_of(root)}")


def _print_dossier(desk: "Desk", dossier: "Dossier", console: Console) -> None:
    from liaison_desk.services.child_fields import places_of
    from liaison_desk.services.presenting import dossier_as_dict, show_record

    if console.as_json:
        console.result(dossier_as_dict(desk, dossier), "")
        return
    root = dossier.root
    lines = [
        f"{root.marking}",
        f"{root.ref}  {title_of(root)}" + ("  (in the bin)" if root.binned_at else ""),
    ]
    lines += [f"  {field.label}: {_say(field.value)}" for field in show_record(desk, root)]
    places = places_of(dossier)
    for child in dossier.children:
        parts = "; ".join(f"{field.label}: {_say(field.value)}" for field in show_record(desk, child))
        lines.append(f"  [{places[child.id]}] {parts}")
    lines.append(f"{root.marking}")
    console.result({}, "\n".join(lines))


def _say(value: "Shown") -> str:
    """Return a shown value as words: several beside each other, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
