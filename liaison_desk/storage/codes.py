"""Reading the code lists."""

from typing import cast

from sqlalchemy import Connection, select

from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.storage.conversion import record_of
from liaison_desk.storage.tables import CODE


def read_codes(connection: Connection, list_name: str) -> list[CodeEntry]:
    """Return the entries of one list that are in use, by level, then as they were added."""
    query = (
        select(CODE)
        .where(CODE.c.list_name == list_name, CODE.c.ended == 0, CODE.c.binned_at.is_(None))
        .order_by(CODE.c.level, CODE.c.id)
    )
    return [cast("CodeEntry", record_of(CodeEntry, tuple(row))) for row in connection.execute(query)]
