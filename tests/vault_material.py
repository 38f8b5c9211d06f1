"""What the tests of the vault share: a clock, secrets, and vaults at the cheapest allowed cost."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.vault.canonical import encode_canonical
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.header import HEADER_NAME, SPARE_NAME, Anchor
from liaison_desk.vault.opening import CreatedVault, create_vault, open_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.unlocking import Secret
from liaison_desk.vault.vault import Vault

CLOCK = SteppedClock(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
WORDS = "žlutý kůň pije ráno"
OTHER_WORDS = "zelený mlýn mele večer"
BALLAST = 4096
ANCHOR = Anchor("device-1", 7, "ab" * 32)


def make_vault(folder: Path, rows: int = 100) -> CreatedVault:
    """Return a new open vault with a table of ``rows`` rows."""
    made = create_vault(folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK, ballast=BALLAST)
    fill_table(made.vault, rows)
    return made


def fill_table(vault: Vault, rows: int) -> None:
    """Add a table with text keys."""
    with closing(vault.connect()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, name TEXT)")
        connection.execute("BEGIN")
        named = [(f"id-{number:05d}", f"Canary Person {number} " + "x" * 150) for number in range(rows)]
        connection.executemany("INSERT INTO person VALUES (?, ?)", named)
        connection.execute("COMMIT")


def count_people(vault: Vault) -> int:
    """Return how many rows the table has."""
    with closing(vault.connect()) as connection:
        return int(connection.execute("SELECT count(*) FROM person").fetchone()[0])


def reopen(folder: Path, secret: Secret) -> Vault:
    """Open a vault of the tests."""
    return open_vault(folder, secret, ballast=BALLAST)


def forge_header(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change fields of the header as an attacker would: public checksum renewed, no spare copy."""
    value = json.loads((folder / HEADER_NAME).read_bytes())
    change(value)
    value.pop("sum", None)
    value["sum"] = hashlib.sha256(encode_canonical(value)).hexdigest()
    (folder / HEADER_NAME).write_bytes(encode_canonical(value))
    (folder / SPARE_NAME).unlink(missing_ok=True)
