"""Ceilings, names, clocks and sleeps: the rules that no general tool knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import (
    PACKAGE,
    all_modules,
    modules_of_tests,
    named,
    package_modules,
    tree_of,
)

FILE_CEILING = 400
FUNCTION_CEILING = 50
METHOD_CEILING = 20
NAMELESS = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
CLOCK_OWNERS = {PACKAGE / "domain" / "clocks.py", PACKAGE / "domain" / "ids.py"}
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid7",
    "uuid1",
    "uuid4",
    "uuid7",
}
FIXED_WAITS = {"sleep", "qWait", "qSleep", "msleep", "usleep"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, nested ones and methods too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and last two parts of the dotted name of everything a module calls."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ".".join(ast.unparse(node.func).split(".")[-2:])


def test_files_stay_under_their_ceiling() -> None:
    """A file that needs more lines wants to be two files."""
    sizes = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in all_modules()}
    assert {} == {name: lines for name, lines in sizes.items() if lines > FILE_CEILING}


def test_functions_stay_under_their_ceiling() -> None:
    """A function fits on one screen."""
    found = [
        f"{named(path)}:{function.lineno} {function.name}"
        for path in all_modules()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_CEILING
    ]
    assert [] == found


def test_classes_stay_under_their_ceiling() -> None:
    """A class with more methods does more than one thing."""
    found = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in all_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
        and sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
        > METHOD_CEILING
    ]
    assert [] == found


def test_modules_are_named_after_what_they_hold() -> None:
    """A module called utils, helpers or manager holds anything."""
    parts = {
        path: re.split(r"[_.]", path.relative_to(PACKAGE).as_posix().replace("/", "."))
        for path in package_modules()
    }
    assert [] == [named(path) for path, words in parts.items() if NAMELESS.intersection(words)]


def test_classes_are_named_after_what_they_are() -> None:
    """A class called SomethingManager or BaseSomething has not been understood yet."""
    found = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in package_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and re.search(r"Manager|Helper|Util|^Base[A-Z]|Base$", node.name)
    ]
    assert [] == found


def test_clock_and_ids_are_handed_in() -> None:
    """Only domain.clocks reads the clock, and only domain.ids makes ids; everything else is given both."""
    found = [
        f"{named(path)}:{line} {name}"
        for path in package_modules()
        if path not in CLOCK_OWNERS
        for line, name in calls(path)
        if name in CLOCK_CALLS
    ]
    assert [] == found


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of every module that a module imports at run time."""
    for_types = {
        inner
        for block in ast.walk(tree_of(path))
        if isinstance(block, ast.If) and ast.unparse(block.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
        for inner in ast.walk(block)
    }
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import) and node not in for_types:
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node not in for_types:
            yield node.lineno, node.module or ""


def test_plain_sqlite_lends_its_types_only() -> None:
    """The driver of the standard library would write clear text, so nothing imports it at run time."""
    found = [
        f"{named(path)}:{line}"
        for path in package_modules()
        for line, name in imports(path)
        if name.split(".")[0] == "sqlite3"
    ]
    assert [] == found


def test_no_test_waits_for_a_fixed_time() -> None:
    """A test waits for a condition; a fixed wait is too short on one machine and too long on the others."""
    found = [
        f"{named(path)}:{line} {name}"
        for path in modules_of_tests()
        for line, name in calls(path)
        if name.split(".")[-1] in FIXED_WAITS or name.endswith("qtbot.wait")
    ]
    assert [] == found


def test_every_test_says_what_it_shows() -> None:
    """A test carries a docstring of one sentence."""
    found = [
        f"{named(path)}:{function.lineno} {function.name}"
        for path in modules_of_tests()
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert [] == found


def test_nothing_is_skipped_or_silenced_without_a_reason() -> None:
    """No test is skipped or expected to fail, and a silenced rule names itself and its reason."""
    silenced = re.compile(
        r"#\s*(noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* - \S)|type: ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]  # \S))"
    )
    found = [
        f"{named(path)}:{number} {line.strip()}"
        for path in all_modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silenced.search(line) or re.search(r"@?pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b", line)
    ]
    assert [] == [place for place in found if not place.startswith(named(Path(__file__)))]
