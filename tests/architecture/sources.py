"""The source files of the project, read once, for the tests that judge them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "liaison_desk"
TESTS = ROOT / "tests"


@cache
def package_modules() -> tuple[Path, ...]:
    """Return every module of the program."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def modules_of_tests() -> tuple[Path, ...]:
    """Return every module of the tests, without the files they read."""
    return tuple(path for path in sorted(TESTS.rglob("*.py")) if TESTS / "data" not in path.parents)


def all_modules() -> tuple[Path, ...]:
    """Return every Python file a person maintains."""
    return (ROOT / "dev.py", *package_modules(), *modules_of_tests())


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(path: Path) -> str:
    """Return how messages name a file: from the top of the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return the files under version control that exist in the working tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    paths = (ROOT / name for name in listing.decode("utf-8").split("\0") if name)
    return tuple(path for path in paths if path.is_file())
