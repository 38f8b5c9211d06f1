"""The root of the tree: something the desk foresaw."""

from typing import ClassVar


class LiaisonError(Exception):
    """Something the desk foresaw. ``code`` is stable and printed beside every message."""

    code: ClassVar[str] = "E0000"

    def __init__(self, **facts: object) -> None:
        """Keep the facts that the message and the log may show."""
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        """Return code, name and facts, for logs."""
        told = " ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} {type(self).__name__} {told}".rstrip()
