"""Translators of old journal lines: one for each schema revision, frozen once that revision is released."""

from collections.abc import Callable, Mapping
from typing import Any

from liaison_desk.domain.errors import UpcasterMissing

Content = dict[str, Any]
Upcaster = Callable[[str, Content], Content]
"""Takes a record type's name and a line's content of one revision; returns it as of the next."""

UPCASTERS: Mapping[str, Upcaster] = {}
"""By the revision they translate from. The first revision is still the present one."""

ORDER: tuple[str, ...] = ("0001",)


def upcast(revision: str, record_type: str, content: Content) -> Content:
    """Return a line's content in the field names of the present revision."""
    if revision not in ORDER:
        raise UpcasterMissing(revision=revision)
    for step in ORDER[ORDER.index(revision) : -1]:
        if step not in UPCASTERS:
            raise UpcasterMissing(revision=step)
        content = UPCASTERS[step](record_type, content)
    return content
