"""Opens a vault and delivers, once for each line on standard input, in a child process of its own.

Arguments: folder of the vault. A line holds nothing; the answer is the child's process id and, as soon as the
vault is open, "ready", in either order; then "ended". The modules are loaded once, so that a run takes little
but its work.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.services.delivering import deliver
from liaison_desk.services.unlocking import lock_desk, open_desk
from liaison_desk.vault.passphrases import Passphrase
from tests.export_samples import BALLAST, NOW, WORDS


def say(word: str) -> None:
    """Answer at once."""
    os.write(1, f"{word}\n".encode("ascii"))


def run(vault: Path) -> None:
    """Open, deliver everything, lock."""
    desk = open_desk(vault, Passphrase(WORDS), clock=SteppedClock(NOW), ballast=BALLAST)
    say("ready")
    deliver(desk, insist=True)
    lock_desk(desk)


def main() -> None:
    """Serve until the input ends."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run(Path(sys.argv[1]))
            os._exit(0)
        say(str(child))
        os.waitpid(child, 0)
        say("ended")


main()
