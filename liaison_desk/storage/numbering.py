"""References that the desk gives: ``C-0031``, ``AL-26-0398``. Given once, never again."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from liaison_desk.domain.record import Root
from liaison_desk.domain.request import Request
from liaison_desk.storage.housekeeping_tables import COUNTER


class Numbering:
    """Gives references within one transaction; the counters are written at its end."""

    def __init__(self, connection: Connection, *, year: int, request_prefix: str) -> None:
        """Remember the year of dated references and the post's own prefix for requests."""
        self._connection = connection
        self._year = f"{year % 100:02d}"
        self._request_prefix = request_prefix
        self._last: dict[str, int] = {}

    def give(self, root: Root) -> str:
        """Return the next reference for a root of this kind."""
        prefix = self._request_prefix if isinstance(root, Request) else root.ref_prefix
        name = f"{prefix}-{self._year}" if root.ref_dated else prefix
        if name not in self._last:
            query = select(COUNTER.c.last).where(COUNTER.c.name == name)
            self._last[name] = self._connection.execute(query).scalar_one_or_none() or 0
        self._last[name] += 1
        return f"{name}-{self._last[name]:04d}"

    def save(self) -> None:
        """Write the counters that moved."""
        for name, last in self._last.items():
            statement = insert(COUNTER).values(name=name, last=last)
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={"last": last})
            )
