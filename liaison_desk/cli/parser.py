"""The commands and their arguments; what they do stands in the modules beside this one."""

import argparse
import sys
from collections.abc import Sequence

from liaison_desk import __version__
from liaison_desk.advice import one_line
from liaison_desk.cli import (
    demo_command,
    export_commands,
    health_commands,
    import_command,
    journal_commands,
    record_commands,
    vault_commands,
)
from liaison_desk.cli.console import Console
from liaison_desk.domain.errors import LiaisonError

DONE, FAILED, WRONG_USE = 0, 1, 2

_FAMILIES = (
    demo_command,
    vault_commands,
    record_commands,
    import_command,
    export_commands,
    journal_commands,
    health_commands,
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="liaison-desk",
        description="Contacts, meetings and requests of a liaison officer, encrypted and offline.",
        epilog="Exit codes: 0 done, 1 refused or failed (a line with a code says why), 2 wrong use.",
    )
    parser.add_argument("--version", action="version", version=f"liaison-desk {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    common.add_argument(
        "--passphrase-stdin", action="store_true", help="read passphrases from standard input, one a line"
    )
    common.add_argument(
        "--accept-rollback",
        action="store_true",
        help="open a vault that is older than its last known state; the journal says so",
    )
    commands = parser.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    for family in _FAMILIES:
        family.add_commands(commands, common)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Names in any script must come out whatever the terminal's encoding.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else WRONG_USE
    console = Console(
        as_json=options.json,
        from_stdin=options.passphrase_stdin,
        out=sys.stdout,
        err=sys.stderr,
        accept_rollback=options.accept_rollback,
    )
    try:
        code = options.run(options, console)
    except LiaisonError as error:
        console.say(one_line(error))
        return FAILED
    except KeyboardInterrupt:
        console.say("Stopped. Nothing half-done was kept.")
        return FAILED
    except BrokenPipeError:
        return FAILED
    return int(code)
