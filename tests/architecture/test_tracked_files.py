"""What is under version control names no machine, and the documents name what exists."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, modules_of_tests, named, tracked_files, tree_of

# Spelled so that this file does not match itself.
MACHINE_PLACES = re.compile(
    r"(?<![\w.])/(?:roo[t]|wor[k]|hom[e]/[a-z]+|User[s]/[A-Za-z]+)/"
    r"|[A-Z]:\\User[s]\\"
    r"|pythonhoste[d]\.org|pypi\.or[g]/simple"
)
DOCUMENT_PATH = re.compile(r"`((?:[\w-]+/)*[\w.-]+\.(?:py|md|toml|lock|sql|json|ts)|(?:[\w-]+/)+)`")
TEST_NAME = re.compile(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`")


def documents() -> list[Path]:
    """Return the documents that name tests: those for users and those for developers."""
    return [path for path in (ROOT / "README.md", *developer_documents()) if path.exists()]


def developer_documents() -> list[Path]:
    """Return the documents that name files of the project."""
    own = (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "recipes.md")
    return [path for path in (*own, *sorted((ROOT / "docs" / "decisions").glob("*.md"))) if path.exists()]


def test_no_file_names_a_machine() -> None:
    """No path of somebody's machine and no address of a registry stands in any tracked file."""
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), 1):
            if MACHINE_PLACES.search(line):
                found.append(f"{named(path)}:{number}")
    assert [] == found


def test_lock_names_no_address() -> None:
    """The lock holds versions and hashes; where packages come from is the business of each machine."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert [] == [line for line in lock.splitlines() if "://" in line or line.startswith("--")]
    assert [] == [
        line for line in lock.splitlines() if line and line[0].isalpha() and not line.endswith("\\")
    ]


def test_documents_name_files_that_exist() -> None:
    """A path in backticks leads somewhere: from the top, inside the program, or inside docs."""
    found = []
    for document in developer_documents():
        for name in DOCUMENT_PATH.findall(document.read_text(encoding="utf-8")):
            places = (ROOT / name, ROOT / "liaison_desk" / name, ROOT / "docs" / name)
            if not any(place.exists() for place in places):
                found.append(f"{named(document)}: {name}")
    assert [] == found


def test_documents_name_tests_that_exist() -> None:
    """A promise that names its test names one that is there."""
    known = {
        (named(path), node.name)
        for path in modules_of_tests()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    }
    names = {name for _, name in known}
    found = [
        f"{named(document)}: {name}"
        for document in documents()
        for file, name in TEST_NAME.findall(document.read_text(encoding="utf-8"))
        if (file and (file, name) not in known) or name not in names
    ]
    assert [] == found
