"""A vault of every released revision is kept, and opened, raised and compared in every test run."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from liaison_desk.domain.errors import MigrationNeeded
from liaison_desk.domain.search_query import parse_query
from liaison_desk.storage.chain import verify_chain
from liaison_desk.storage.journal import Head
from liaison_desk.storage.migrating import HEAD_REVISION, KNOWN_REVISIONS
from liaison_desk.storage.search import find
from liaison_desk.storage.store import migrate_store, open_store
from liaison_desk.vault.opening import open_vault
from liaison_desk.vault.passphrases import Passphrase
from tests.make_golden import ERASED_NAME, EXPECTED, GOLDEN, WORDS, describe
from tests.storage_samples import START, Bench, assert_sound

REVISIONS = [path.name for path in sorted(GOLDEN.iterdir())]


@pytest.fixture(params=REVISIONS)
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Bench, dict[str, Any]]]:
    """Open a copy of a golden vault, migrated where it is older; return its store and what it must hold."""
    kept = GOLDEN / request.param
    folder = tmp_path / "golden"
    shutil.copytree(kept, folder, ignore=shutil.ignore_patterns(EXPECTED))
    expected: dict[str, Any] = json.loads((kept / EXPECTED).read_text(encoding="utf-8"))
    with closing(open_vault(folder, Passphrase(WORDS), ballast=4096)) as vault:
        vault.check()
        assert [[a.device, a.sequence, a.digest] for a in vault.anchors] == expected["heads"]
        bench = Bench.over(vault.database)
        try:
            bench.take(
                lambda new_id: open_store(
                    vault.connect, vault_id=vault.vault_id, clock=bench.clock, new_id=new_id, path=folder
                )
            )
        except MigrationNeeded:
            migrate_store(vault.connect, folder)
            bench.take(
                lambda new_id: open_store(
                    vault.connect, vault_id=vault.vault_id, clock=bench.clock, new_id=new_id, path=folder
                )
            )
        yield bench, expected
        bench.store.close()


def ids_of(records: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, Any]]:
    """Return type and id of each record: what no migration changes."""
    return [(type_name, values["id"]) for type_name, values in records]


def test_every_known_revision_has_its_golden_vault() -> None:
    """No revision is released without one, and each is small."""
    assert list(KNOWN_REVISIONS) == REVISIONS
    sizes = {name: sum(path.stat().st_size for path in (GOLDEN / name).iterdir()) for name in REVISIONS}
    assert [] == [name for name, size in sizes.items() if size > 512_000]


def test_a_golden_vault_holds_what_it_held(golden: tuple[Bench, dict[str, Any]]) -> None:
    """Records, batches and heads are as they were written; journal, records and derived tables agree."""
    bench, expected = golden
    found = describe(bench.store)
    assert expected["batches"] == found["batches"]
    assert expected["heads"] == found["heads"]
    if expected["revision"] == HEAD_REVISION:
        assert expected["records"] == found["records"]
    assert ids_of(expected["records"]) == ids_of(found["records"])
    assert_sound(bench)
    with bench.store.read() as connection:
        anchors = [Head(*head) for head in expected["heads"]]
        assert 0 < verify_chain(connection, bench.store.facts.audit_key, anchors).erased_lines


def test_a_golden_vault_can_be_searched_and_goes_on(golden: tuple[Bench, dict[str, Any]]) -> None:
    """What it holds is found, what was erased is not, and its newest changes can be undone and redone."""
    bench, _ = golden

    def titles(typed: str) -> list[str]:
        with bench.store.read() as connection:
            return [hit.title for hit in find(connection, parse_query(typed), today=START.date())]

    assert ["Octavia"] == titles("krpa 4711")
    assert ["Përparim Gjoka"] == titles("gjoka drejtoria type:contact")
    assert ["Porada k případu"] == titles("ppr 12")
    assert [] == titles(ERASED_NAME) == titles("omylem")
    assert bench.undo().restored
    assert bench.redo().restored
    bench.create(bench.contact("Nový kontakt"))
    assert ["Nový kontakt"] == titles("novy kontakt")
    assert_sound(bench)
