"""What the user is told when something goes wrong."""

import ast
import inspect
import re
import string

import pytest

from liaison_desk.advice import ADVICE, LIMITS, REASONS, Advice, advise, error_of_code, one_line, say_reason
from liaison_desk.domain import errors
from liaison_desk.domain.errors import (
    DiskFull,
    ExportNotWritten,
    FileOverLimit,
    FileUnreadable,
    InvalidValue,
    LiaisonError,
    StorageFailed,
    WrongSecret,
)
from liaison_desk.domain.fields import Text
from tests.architecture.sources import named, package_modules, tree_of

KINDS = sorted(ADVICE, key=lambda kind: kind.code)
UNDOCUMENTED: dict[type[LiaisonError], set[str]] = {errors.RecoveryCodeMalformed: {"reason", "group"}}
"""Facts that a docstring tells in prose."""


def sentences(advice: Advice) -> tuple[Text, Text, Text]:
    """Return the three parts of one piece of advice."""
    return advice.what, advice.safe, advice.do


def placeholders(advice: Advice) -> set[str]:
    """Return the facts that a piece of advice names."""
    return {
        name
        for text in sentences(advice)
        for _, name, _, _ in string.Formatter().parse(text.source)
        if name is not None
    }


def documented_facts(kind: type[LiaisonError]) -> set[str]:
    """Return the facts that the docstring of an error promises."""
    found = re.search(r"Facts: (.+)\.", inspect.getdoc(kind) or "")
    return set(found[1].split(", ")) if found else set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_words_are_plain(kind: type[LiaisonError]) -> None:
    """Every part is a whole sentence in the context Advice, without blame or exclamation."""
    for text in sentences(ADVICE[kind]):
        assert "Advice" == text.context
        assert re.match(r"[A-Z].*\.$", text.source)
        assert not re.search(
            r"!|\b(oops|sorry|please|illegal|fatal|invalid|fail(ed)? to)\b", text.source, re.IGNORECASE
        )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_advice_comes_without_any_fact(kind: type[LiaisonError]) -> None:
    """A missing fact is told in words and never raises."""
    told = advise(kind())
    assert kind.code == told.code
    assert all(told.__getattribute__(part) for part in ("what", "safe", "do"))
    assert not re.search(r"[{}]", one_line(kind()))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_advice_names_facts_of_its_error_only(kind: type[LiaisonError]) -> None:
    """A placeholder is a fact that the error's docstring names."""
    assert set() == placeholders(ADVICE[kind]) - documented_facts(kind) - UNDOCUMENTED.get(kind, set())


def test_one_line_has_code_reason_and_way_out() -> None:
    """The command line prints what happened, what is safe and what to do, after the code."""
    error = ExportNotWritten(path="Outbox", reason="EROFS")
    assert (
        "E2104 The export was not written to Outbox: it is read-only. "
        "Nothing was lost, and no half file stays there. Choose another folder, or ask IT."
    ) == one_line(error)


def test_a_wrong_passphrase_is_told_apart_from_damage() -> None:
    """Who mistyped reads that the vault is sound."""
    assert "The vault itself is sound" in advise(WrongSecret()).safe


def test_reasons_become_words() -> None:
    """A reason from a closed list is shown in words, an unknown one as it stands."""
    assert (
        "The value for due cannot be taken: there is no such date."
        == advise(InvalidValue(field="due", reason="no_such_date")).what
    )
    assert (
        "this field cannot be taken: of a new kind."
        in advise(InvalidValue(field="", reason="of_a_new_kind")).what
    )


def test_a_plan_tells_reasons_in_words() -> None:
    """Rows of a plan are told in the same words as errors."""
    assert "the card is empty" == say_reason("empty_card")
    assert "some new reason" == say_reason("some_new_reason")


def test_sizes_are_told_in_megabytes() -> None:
    """A limit in bytes is said in a unit that people know."""
    told = advise(
        FileOverLimit(name="a.vcf", limit="vcard_bytes", allowed=256 * 2**20, found=256 * 2**20 + 1)
    )
    assert (
        "The file a.vcf is over a limit, the size of a vCard file: found 256.1 MB, allowed 256 MB."
        == told.what
    )


def test_a_target_stands_in_for_a_path() -> None:
    """A full disk at a delivery target names the target."""
    assert "There is no room left at Supervisor." == advise(DiskFull(target="Supervisor", name="x")).what


def test_facts_cannot_break_the_line() -> None:
    """File names may hold anything: braces, line ends, terminal and direction controls, endless text."""
    odd = "a{0}{path}\n\x1b[31m\u202ex\ud800" + "z" * 5_000
    line = one_line(FileUnreadable(name=odd, reason=odd))
    assert line.isprintable()
    assert len(line) < 2_000
    assert "a{0}{path}" in line


def test_a_code_that_was_kept_gives_its_error_back() -> None:
    """The outbox keeps codes only; they are told in the words of their errors."""
    told = one_line(error_of_code("E2202", target="stick", reason="not kept"))
    assert told.startswith("E2202 The target stick cannot be reached now: sync --test says why. ")
    assert LiaisonError is type(error_of_code("E9999"))


def test_a_class_without_words_takes_those_above_it() -> None:
    """An error that nobody has worded yet is told as the situation it belongs to."""

    class Unworded(StorageFailed):
        code = "E1099"

    assert "E1099" == advise(Unworded()).code
    assert advise(StorageFailed()).what == advise(Unworded()).what


def test_every_reason_in_the_program_has_words() -> None:
    """A reason or a limit written as a literal where an error is raised stands in its table."""
    tables = {"reason": REASONS, "limit": LIMITS}
    kinds = {name for name, kind in inspect.getmembers(errors, inspect.isclass)}
    found = {
        f"{named(path)}:{node.lineno} {keyword.value.value!r}"
        for path in package_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in kinds
        for keyword in node.keywords
        if keyword.arg in tables and isinstance(keyword.value, ast.Constant)
        if keyword.value.value not in tables[keyword.arg]
    }
    assert set() == found
