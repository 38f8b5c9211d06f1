"""Computing once what depends on nothing but its arguments, such as the plan made from a record type."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar, cast

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def once(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return the function with its results kept.

    ``functools.cache`` with its signature: mypy takes a class whose instances have their own hash for
    something unhashable, so it refuses record types as arguments of a cached function.
    """
    return cast("Callable[_Arguments, _Result]", cache(function))
