"""``python -m liaison_desk`` and the installed command."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0 done, 1 refused or failed, 2 wrong use."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from liaison_desk import keychain

    if given[:1] == [keychain.CHILD_ARGUMENT]:
        return keychain.serve()
    from liaison_desk.cli.parser import run
    from liaison_desk.cli.unexpected import report_unexpected

    sys.excepthook = report_unexpected
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
