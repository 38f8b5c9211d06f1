"""Delivers one file into a folder, to be killed or limited from outside.

Arguments: folder, seed of the content, its size, limit of a file's size (0 for none).
"""

import hashlib
import io
import random
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from liaison_desk.domain.errors import LiaisonError
from liaison_desk.sync.folder import FolderTarget


def content_of(seed: int, size: int) -> bytes:
    """Return the bytes that belong to a seed."""
    return random.Random(seed).randbytes(size)


def main() -> None:
    """Say "ready", deliver, say how it ended."""
    folder, (seed, size, limit) = Path(sys.argv[1]), map(int, sys.argv[2:5])
    content = content_of(seed, size)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        FolderTarget("folder", folder).put(
            "file.xlsx", io.BytesIO(content), size, hashlib.sha256(content).hexdigest()
        )
        sys.stdout.write("delivered\n")
    except LiaisonError as error:
        sys.stdout.write(f"{error.code} {error.facts['reason']}\n")


if __name__ == "__main__":
    main()
