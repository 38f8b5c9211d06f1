"""The tree of expected errors is complete: codes, docstrings, and advice for each."""

import importlib
import inspect
import pkgutil
import re

from liaison_desk.advice import ADVICE
from liaison_desk.domain import errors
from liaison_desk.domain.errors import LiaisonError


def tree() -> list[type[LiaisonError]]:
    """Return every class of the tree below its root."""
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, LiaisonError) and kind is not LiaisonError
    ]


def defined() -> set[type[LiaisonError]]:
    """Return every class that the modules of the tree define."""
    modules = [
        importlib.import_module(f"{errors.__name__}.{found.name}")
        for found in pkgutil.iter_modules(errors.__path__)
    ]
    return {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and issubclass(kind, LiaisonError)
    }


def is_section(kind: type[LiaisonError]) -> bool:
    """Tell whether a class only gathers others: it is caught, never raised."""
    return LiaisonError in kind.__bases__


def test_every_error_is_handed_on_and_drawn() -> None:
    """What a module of the tree defines can be imported from the package and stands in its drawing."""
    assert defined() == {LiaisonError, *tree()}
    drawn = re.findall(r"(?:──|^   ) (\w+)", errors.__doc__ or "", re.MULTILINE)
    assert sorted(kind.__name__ for kind in defined()) == sorted(drawn)


def test_codes_are_unique_and_well_formed() -> None:
    """A code names one situation for ever."""
    codes = [kind.code for kind in tree()]
    assert len(codes) == len(set(codes))
    assert [] == [code for code in codes if not re.fullmatch(r"E[1-9]\d{3}", code)]


def test_codes_belong_to_their_section() -> None:
    """The first digit of a code says which part of the tree it stands in."""
    for kind in tree():
        section = next(ancestor for ancestor in kind.__mro__ if ancestor in LiaisonError.__subclasses__())
        assert issubclass(section, LiaisonError)
        assert section.code[1] == kind.code[1], kind.__name__


def test_every_error_is_described() -> None:
    """The docstring says what the situation is and which facts it carries."""
    assert [] == [kind.__name__ for kind in tree() if "__doc__" not in vars(kind) or not kind.__doc__]


def test_every_error_has_advice() -> None:
    """Each error that can be raised has words for the user."""
    raised = {kind.__name__ for kind in tree() if not is_section(kind)}
    assert set() == raised - {kind.__name__ for kind in ADVICE}
    assert all(issubclass(kind, LiaisonError) for kind in ADVICE)
