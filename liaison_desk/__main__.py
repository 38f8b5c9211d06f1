"""``python -m liaison_desk`` and the installed command."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0 done, 1 refused or failed, 2 wrong use."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from liaison_desk import keychain  # noqa: PLC0415 - the keychain's child must start without the rest

    if given[:1] == [keychain.CHILD_ARGUMENT]:
        return keychain.serve()
    from liaison_desk.cli.parser import run  # noqa: PLC0415 - after the child's way out

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
