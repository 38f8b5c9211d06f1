"""``self-test`` and ``diagnose``: whether this installation works, and what it is. Neither prints data."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from liaison_desk import __version__
from liaison_desk.advice import one_line
from liaison_desk.cli.console import Console
from liaison_desk.domain.errors import InstallationError, LiaisonError

_PACKAGES = (
    "PySide6-Essentials", "SQLAlchemy", "alembic", "sqlcipher3", "cryptography", "keyring", "XlsxWriter",
    "openpyxl", "defusedxml", "msoffcrypto-tool", "vobject", "icalendar", "phonenumbers", "rapidfuzz",
)  # fmt: skip


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    test = commands.add_parser(
        "self-test", parents=[common], help="try a temporary vault and an export; exit 0 when all works"
    )
    test.set_defaults(run=_self_test)
    diagnose = commands.add_parser("diagnose", parents=[common], help="print versions and limits, no data")
    diagnose.set_defaults(run=_diagnose)


def _self_test(_options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.services import self_testing

    results: list[dict[str, object]] = []
    errors: list[LiaisonError] = []
    with tempfile.TemporaryDirectory(prefix="liaison-desk-test-") as folder:
        for name, check in self_testing.checks(Path(folder)):
            results.append({"check": name, "ok": _passes(check, errors)})
    failed = sum(1 for result in results if not result["ok"])
    if console.as_json:
        console.result({"checks": results, "ok": not failed}, "")
    else:
        for result in results:
            console.say(f"{'ok    ' if result['ok'] else 'FAILED'} {result['check']}")
        console.result({}, "All checks passed." if not failed else f"{failed} checks failed.")
    if not failed:
        return 0
    # The first trouble is the one to look into: each check builds on those before it.
    console.say(one_line(errors[0] if errors else InstallationError()))
    return 1


def _passes(check: Callable[[], bool], errors: list[LiaisonError]) -> bool:
    try:
        return check()
    except LiaisonError as error:
        errors.append(error)
        return False


def _diagnose(_options: argparse.Namespace, console: Console) -> int:
    from liaison_desk.storage.migrating import HEAD_REVISION
    from liaison_desk.vault.database import cipher_versions

    packages: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "missing"
    facts: dict[str, object] = {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "schema": HEAD_REVISION,
        **cipher_versions(),
        "packages": packages,
    }
    lines = [f"{name}: {value}" for name, value in facts.items() if name != "packages"]
    lines += [f"{name}: {value}" for name, value in packages.items()]
    console.result(facts, "\n".join(lines))
    return 0
