"""``liaison-desk demo``: the main job on sample files, from the cards to the supervisor's workbook."""

import argparse
import shutil
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison_desk.app import make_surroundings
from liaison_desk.cli.console import Console, Progress
from liaison_desk.cli.vault_commands import opened_with
from liaison_desk.domain.dates import parse_date
from liaison_desk.domain.errors import InvalidValue, VaultExists, WrongSecret

if TYPE_CHECKING:
    from liaison_desk.services.sampling import SampleSize

SAMPLE_PASSPHRASE = "seven bridges over the Lana river"  # noqa: S105 - of the sample vault, printed with it
TARGET = "supervisor"


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add ``demo``."""
    demo = commands.add_parser(
        "demo",
        parents=[common],
        help="make a sample vault from sample files and hand out its workbook",
        description="Make a sample vault from ordinary files of fictional people, and do the main job.",
    )
    demo.add_argument("--vault", type=Path, metavar="DIR", help="where the sample vault goes")
    demo.add_argument("--size", choices=("small", "reference", "large"), default="small")
    demo.add_argument(
        "--as-of", metavar="DATE", help="the day on which the sample plays; today when left out"
    )
    demo.add_argument("--no-window", action="store_true", help="accepted for scripts; there is no window yet")
    demo.set_defaults(run=_run)


def _run(options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.domain.post import Post
    from liaison_desk.paths import sample_folder
    from liaison_desk.services.unlocking import create_desk
    from liaison_desk.vault.derivation import FAST
    from liaison_desk.vault.passphrases import Passphrase

    surroundings = make_surroundings(_read_day(options.as_of))
    folder = options.vault or sample_folder() / "vault"
    _clear_sample(folder, _supervisor_of(folder))
    console.say(f"Making a sample vault in {folder}")
    post = Post(officer="sample officer", handling="SAMPLE: fictional people", sample=True)
    made = create_desk(folder, Passphrase(SAMPLE_PASSPHRASE), post=post, kdf=FAST, clock=surroundings.clock)
    facts: dict[str, object] = {
        "vault": str(folder),
        "passphrase": SAMPLE_PASSPHRASE,
        "recovery_code": made.recovery_code,
    }
    with opened_with(made.desk, console) as desk:
        facts |= _fill(desk, options.size, folder, console)
        facts |= _hand_out(desk, folder, console)
    console.result(facts, _describe(facts))
    return 0


def _read_day(typed: str | None) -> datetime | None:
    """Return noon of a day typed, or None for the present."""
    if typed is None:
        return None
    found = parse_date(typed)
    if found is None or found.day is None:
        raise InvalidValue(field="as-of", reason="no_such_date")
    return datetime.combine(found.last_day, time(9), tzinfo=UTC)


def _supervisor_of(folder: Path) -> Path:
    return folder.parent / f"{folder.name}-supervisor"


def _clear_sample(folder: Path, supervisor: Path) -> None:
    """Remove what an earlier demo left; anything else stays. Raises VaultExists."""
    from liaison_desk.domain.clocks import SystemClock
    from liaison_desk.services.unlocking import lock_desk, open_desk
    from liaison_desk.vault.folder import FolderState, look_into
    from liaison_desk.vault.passphrases import Passphrase

    if look_into(folder) is not FolderState.VAULT:
        return
    try:
        desk = open_desk(folder, Passphrase(SAMPLE_PASSPHRASE), clock=SystemClock(), accept_rollback=True)
    except WrongSecret as error:
        raise VaultExists(path=str(folder)) from error
    sample = desk.post.sample
    lock_desk(desk)
    if not sample:
        raise VaultExists(path=str(folder))
    shutil.rmtree(folder)
    for old in supervisor.glob("LD_*"):
        old.unlink()


def _fill(desk: Any, size: "SampleSize", folder: Path, console: Console) -> dict[str, object]:
    from liaison_desk.services import sampling

    progress = Progress.on_error_stream(console, "records")
    if size != "small":
        records = sampling.fill_vault(desk, size, desk.clock.now(), progress)
        progress.end()
        return {"imported": {}, "records": records}
    imported = sampling.import_samples(desk, folder.parent / "sample-files", desk.clock.now())
    counts = {}
    for item in imported:
        outcome = item.outcome
        counts[item.file] = {
            name: getattr(outcome, name)
            for name in ("new", "updated", "unchanged", "merged", "skipped", "refused")
        }
        console.say(f"{item.file}: {outcome.new} new, {outcome.merged} merged, {outcome.refused} refused")
    return {"imported": counts}


def _hand_out(desk: Any, folder: Path, console: Console) -> dict[str, object]:
    from liaison_desk.services.backing_up import back_up
    from liaison_desk.services.delivering import deliver, queue_backup
    from liaison_desk.services.exporting import export, plan_export
    from liaison_desk.services.targets import Goods, add_folder_target

    supervisor = _supervisor_of(folder)
    supervisor.mkdir(parents=True, exist_ok=True)
    add_folder_target(desk, TARGET, supervisor, takes=tuple(Goods), marked=False)
    made = export(desk, plan_export(desk), recipient="sample supervisor", purpose="demonstration")
    queue_backup(desk, back_up(desk).path)
    for report in deliver(desk):
        console.say(f"{report.file_name} -> {report.target}: {report.state.value} {report.reason}".rstrip())
    return {
        "workbook": str(supervisor / made.file_name),
        "workbook_password": made.password,
        "sha256": made.sha256,
        "screenshots": [],
    }


def _describe(facts: dict[str, Any]) -> str:
    return "\n".join(
        (
            "",
            f"Vault      {facts['vault']}",
            f"Passphrase {facts['passphrase']}",
            f"Recovery   {facts['recovery_code']}",
            f"Workbook   {facts['workbook']}",
            f"Password   {facts['workbook_password']}",
            "",
            "Try next, with the passphrase above:",
            f"  {_program()} search {facts['vault']} hoxha",
            f"  {_program()} search {facts['vault']} is:overdue",
        )
    )


def _program() -> str:
    """Return how this program is called again from here."""
    if getattr(sys, "frozen", False):
        return sys.executable
    python = Path(sys.executable)
    here = Path.cwd()
    shown = python.relative_to(here) if python.is_relative_to(here) else python
    return f"{shown} -m liaison_desk"
