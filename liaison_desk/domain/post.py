"""The post: where the officer sits, for whom, and what his installation may hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Post:
    """Facts of the post, kept in the vault."""

    name: str = "Tirana (AL)"
    code: str = "AL-Tirana"
    """Stands in the names of exported files; no personal data."""
    request_prefix: str = "AL"
    region: str = "AL"
    """ISO 3166-1 alpha-2 of the host state; national telephone numbers are read by it."""
    home: str = "CZ"
    zone: str = "Europe/Tirane"
    sort_language: str = "cs"
    officer: str = "officer"
    """Stands as actor in the journal; a role, or initials."""
    ceiling: str = "LIMITED"
    """Highest marking that this installation may hold."""
    handling: str = "Handle as marked"
    sample: bool = False
    """True for the sample vault, which never mixes with a real one."""
