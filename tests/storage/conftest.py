"""A fresh store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage_samples import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a new, empty store; it is closed at the end."""
    made = Bench(tmp_path / "vault-1.db")
    yield made
    made.store.close()
