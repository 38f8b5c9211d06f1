"""``liaison-desk vault …``: creating a vault and keeping it alive."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.advice import one_line
from liaison_desk.app import Surroundings, make_surroundings, unlock
from liaison_desk.cli.console import Console, Progress
from liaison_desk.domain.errors import DatabaseDamaged, LiaisonError
from liaison_desk.domain.post import Post

if TYPE_CHECKING:
    from liaison_desk.services.desk import Desk
    from liaison_desk.vault.derivation import Argon2Cost
    from liaison_desk.vault.unlocking import Secret

_FLOOR = "floor"
_MOST_FAULTS = 20


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add ``vault`` and its own commands."""
    vault = commands.add_parser("vault", help="create, check, back up and re-key a vault")
    verbs = vault.add_subparsers(title="vault commands", required=True, metavar="VERB")

    def verb(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text, parents=[common])
        made.add_argument("folder", metavar="DIR", type=Path, help="the vault's folder")
        made.set_defaults(run=run)
        return made

    create = verb("create", _create, "make a new vault; the recovery code is printed once")
    _add_post_options(create)
    create.add_argument("--keyring", action="store_true", help="demand this computer's keyring beside it")
    _add_cost_option(create)
    verb("info", _show_info, "say what the vault is, without unlocking it")
    verify = verb("verify", _verify, "check every page, the journal, the records and the sealed files")
    verify.add_argument("--recovery", action="store_true", help="open with the recovery code")
    verify.add_argument(
        "--rebuild", action="store_true", help="make search and lists anew from the records first"
    )
    passwd = verb("passwd", _change_passphrase, "change the passphrase (old one first, then the new)")
    passwd.add_argument(
        "--keyring",
        choices=("keep", "bind", "release"),
        default="keep",
        help=("bind the passphrase to this computer's keyring, or release it"),
    )
    recover = verb("recover", _recover, "open with the recovery code and set a new passphrase")
    recover.add_argument("--release-keyring", action="store_true", help="the new passphrase opens alone")
    rotate = verb("rotate", _rotate, "give the vault new keys in a new file, and a new recovery code")
    for changing in (passwd, recover, rotate):
        _add_cost_option(changing)
    backup = verb("backup", _back_up, "make a checked, encrypted backup beside the vault")
    backup.add_argument(
        "--queue", action="store_true", help="also queue it for the targets that take backups"
    )
    restore = verbs.add_parser(
        "restore", help="restore a backup into an empty folder", parents=[common],
        description="Restore a backup (its folder or its packed file) into an empty folder.",
    )  # fmt: skip
    restore.add_argument("backup", metavar="BACKUP", type=Path)
    restore.add_argument("folder", metavar="DIR", type=Path)
    restore.add_argument("--recovery", action="store_true", help="open with the recovery code")
    restore.set_defaults(run=_restore)


def _add_cost_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kdf",
        choices=("calibrated", _FLOOR),
        default="calibrated",
        help="cost of a guess: fitted to this computer (0.7 s), or the floor of 64 MiB for slow ones",
    )


def _add_post_options(parser: argparse.ArgumentParser) -> None:
    given = Post()
    parser.add_argument("--post", default=given.name, help=f"name of the post ({given.name})")
    parser.add_argument("--post-code", default=given.code, help=f"stands in file names ({given.code})")
    parser.add_argument("--region", default=given.region, help="host state, two letters")
    parser.add_argument("--home", default=given.home, help="home state, two letters")
    parser.add_argument("--zone", default=given.zone, help=f"time zone ({given.zone})")
    parser.add_argument("--sort-language", default=given.sort_language, choices=("cs", "en", "sq"))
    parser.add_argument("--officer", default=given.officer, help="role or initials for the journal")
    parser.add_argument("--ceiling", default=given.ceiling, help="highest marking that may be held")


def post_from(options: argparse.Namespace) -> Post:
    """Return the post that the options of ``create`` describe. Raises InvalidValue for an unknown zone."""
    from liaison_desk.domain.values import find_zone

    find_zone(options.zone)
    return replace(
        Post(),
        name=options.post,
        code=options.post_code,
        request_prefix=options.region,
        region=options.region,
        home=options.home,
        zone=options.zone,
        sort_language=options.sort_language,
        officer=options.officer,
        ceiling=options.ceiling,
    )


def cost_of(options: argparse.Namespace) -> "Argon2Cost":
    """Return what a guess at the passphrase shall cost."""
    from liaison_desk.vault.derivation import FAST, calibrate

    return FAST if options.kdf == _FLOOR else calibrate()


@contextmanager
def opened(
    folder: Path, console: Console, *, recovery: bool = False, surroundings: Surroundings | None = None
) -> "Iterator[Desk]":
    """Unlock a vault for one command and lock it again, also when the command fails."""
    secret = console.recovery_code() if recovery else console.passphrase()
    with opened_with(_unlock(folder, secret, surroundings or make_surroundings(), console), console) as desk:
        yield desk


def _unlock(folder: Path, secret: "Secret", surroundings: Surroundings, console: Console) -> "Desk":
    return unlock(folder, secret, surroundings, accept_rollback=console.accept_rollback)


@contextmanager
def opened_with(desk: "Desk", console: Console) -> "Iterator[Desk]":
    """Lock an open desk at the end, also when the command fails: then its own error is the one told."""
    from liaison_desk.services.unlocking import lock_desk

    try:
        yield desk
    except BaseException:
        try:
            lock_desk(desk)
        except LiaisonError as second:
            console.say(f"While locking: {second.code}")
        raise
    lock_desk(desk)


def _create(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.unlocking import create_desk

    surroundings = make_surroundings()
    post = post_from(options)
    passphrase = console.new_passphrase()
    made = create_desk(
        options.folder,
        passphrase,
        post=post,
        kdf=cost_of(options),
        clock=surroundings.clock,
        keychain=surroundings.keychain if options.keyring else None,
    )
    # What is shown only once is shown before anything else can fail.
    with opened_with(made.desk, console):
        console.result(
            {"vault": str(options.folder), "recovery_code": made.recovery_code},
            f"Vault made in {options.folder}\n"
            f"Recovery code, shown only now; print it and keep it in a safe:\n\n    {made.recovery_code}\n",
        )
    return 0


def _show_info(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.vault.folder import demand_vault
    from liaison_desk.vault.header import load_header

    demand_vault(options.folder)
    header = load_header(options.folder).header
    size = (options.folder / header.database).stat().st_size
    facts = {
        "vault": str(options.folder),
        "vault_id": header.vault_id,
        "generation": header.generation,
        "database": header.database,
        "bytes": size,
        "slots": [slot.type.value for slot in header.slots],
        "anchors": [{"device": a.device, "sequence": a.sequence, "digest": a.digest} for a in header.anchors],
    }
    slots = ", ".join(str(slot.type.value) for slot in header.slots)
    console.result(
        facts,
        f"Vault {header.vault_id}, header {header.generation}\n"
        f"{header.database}, {size} bytes\nOpens by: {slots}",
    )
    return 0


def _verify(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.verifying import verify

    with opened(options.folder, console, recovery=options.recovery) as desk:
        if options.rebuild:
            desk.store.rebuild_derived()
        found = verify(desk, lambda stage: console.say(f"checking {stage}"))
    faults = [{"what": f.what, "record_id": f.record_id, "reason": f.reason} for f in found.faults]
    facts = {
        "batches": found.chain.batches,
        "lines": found.chain.lines,
        "erased_lines": found.chain.erased_lines,
        "records": found.records,
        "sealed_files": found.sealed_files,
        "faults": faults,
    }
    summary = (
        f"{found.records} records, {found.chain.batches} batches, {found.chain.lines} lines "
        f"({found.chain.erased_lines} erased), {found.sealed_files} sealed files"
    )
    told = "\n".join(f"FAULT {f['what']} {f['record_id']}: {f['reason']}" for f in faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        told += f"\n… and {len(faults) - _MOST_FAULTS} more; --json lists them all."
    console.result(facts, f"{summary}\n{told}" if told else f"{summary}\nAll is well.")
    if not faults:
        return 0
    console.say(one_line(DatabaseDamaged(reason="faults found")))
    return 1


def _change_passphrase(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services import rekeying

    surroundings = make_surroundings()
    old = console.passphrase("Present passphrase: ")
    with opened_with(_unlock(options.folder, old, surroundings, console), console) as desk:
        new = console.new_passphrase()
        keyring = surroundings.keychain
        if options.keyring == "bind":
            rekeying.bind_to_keyring(desk, old, new, keyring, kdf=cost_of(options))
        elif options.keyring == "release":
            rekeying.release_from_keyring(desk, old, new, kdf=cost_of(options), keychain=keyring)
        else:
            rekeying.set_passphrase(desk, old, new, kdf=cost_of(options), keychain=keyring)
    console.result({"changed": True}, "The passphrase is changed. Older backups still open with the old one.")
    return 0


def _recover(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services import rekeying

    surroundings = make_surroundings()
    code = console.recovery_code()
    with opened_with(_unlock(options.folder, code, surroundings, console), console) as desk:
        new = console.new_passphrase()
        if options.release_keyring:
            rekeying.release_from_keyring(desk, code, new, kdf=cost_of(options))
        else:
            rekeying.set_passphrase(desk, code, new, kdf=cost_of(options), keychain=surroundings.keychain)
        renewed = rekeying.renew_recovery(desk, new, keychain=surroundings.keychain)
        text = renewed.recovery_code.text() if renewed.recovery_code else ""
        console.result(
            {"changed": True, "recovery_code": text},
            "The new passphrase holds. The code you typed is used up; the new one, shown only now:\n\n"
            f"    {text}\n",
        )
    return 0


def _rotate(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.rekeying import rotate

    surroundings = make_surroundings()
    passphrase = console.passphrase()
    with opened_with(_unlock(options.folder, passphrase, surroundings, console), console) as desk:
        progress = Progress.on_error_stream(console, "pages")
        changed = rotate(
            desk, passphrase, kdf=cost_of(options), keychain=surroundings.keychain, progress=progress
        )
        progress.end()
        text = changed.recovery_code.text() if changed.recovery_code else ""
        console.result(
            {"generation": changed.generation, "recovery_code": text},
            f"New keys. The old recovery code opens nothing; the new one, shown only now:\n\n    {text}\n",
        )
    return 0


def _back_up(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.backing_up import back_up
    from liaison_desk.services.delivering import queue_backup

    with opened(options.folder, console) as desk:
        progress = Progress.on_error_stream(console, "pages")
        made = back_up(desk, progress=progress)
        progress.end()
        queued = queue_backup(desk, made.path) if options.queue else []
    facts = {
        "backup": str(made.path),
        "files": made.files,
        "bytes": made.size,
        "removed": list(made.removed),
        "queued": len(queued),
    }
    console.result(facts, f"Backup {made.path}: {made.files} files, {made.size} bytes, checked.")
    return 0


def _restore(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services.backing_up import restore
    from liaison_desk.services.unlocking import lock_desk

    surroundings = make_surroundings()
    secret = console.recovery_code() if options.recovery else console.passphrase()
    progress = Progress.on_error_stream(console, "pages")
    restored = restore(
        options.backup,
        options.folder,
        secret,
        clock=surroundings.clock,
        keychain=surroundings.keychain,
        progress=progress,
    )
    progress.end()
    desk = unlock(options.folder, secret, surroundings, accept_rollback=True)
    erased_again = desk.erased_again
    lock_desk(desk)
    facts = {
        "vault": str(restored.folder),
        "stamp": restored.stamp,
        "erased_again": erased_again,
        "tombstones_proven": restored.tombstones_proven,
    }
    text = f"Restored {restored.stamp} into {restored.folder}."
    if erased_again:
        text += f"\nErased again, because they were erased since: {erased_again}."
    if not restored.tombstones_proven:
        text += "\nA newer list of erased records lay beside the backup and could not be proven."
    console.result(facts, text)
    return 0
