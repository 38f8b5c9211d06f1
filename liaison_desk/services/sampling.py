"""Sample vaults: the small one from ordinary files by the ordinary import, the large ones generated."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.importers.proposal import Source
from liaison_desk.services.desk import Desk
from liaison_desk.services.importing import ImportOutcome, apply_import, plan_import
from liaison_desk.services.sample_files import write_sample_files
from liaison_desk.services.sample_vaults import Size, generate_dossiers

SampleSize = Size | Literal["small"]

_ROOTS_IN_BATCH = 5_000

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """One sample file and what became of it."""

    file: str
    outcome: ImportOutcome


def fill_vault(
    desk: Desk, size: SampleSize, as_of: datetime, report: Report = lambda _done, _total: None
) -> int:
    """Fill an empty vault with the sample of a size; return how many records the larger ones got."""
    if size == "small":
        with tempfile.TemporaryDirectory(prefix="liaison-desk-sample-") as folder:
            import_samples(desk, Path(folder), as_of)
        return 0
    written = 0
    source = generate_dossiers(size, as_of, desk.new_id)
    while chunk := list(islice(source, _ROOTS_IN_BATCH)):
        written += _write(desk, chunk)
        report(written, 0)
    return written


def import_samples(desk: Desk, folder: Path, as_of: datetime) -> list[Imported]:
    """Write the sample files into a folder and import each as the officer would."""
    return [import_sample(desk, path) for path in write_sample_files(folder, as_of)]


def import_sample(desk: Desk, path: Path) -> Imported:
    """Import one sample file by the ordinary way: plan, then one batch."""
    source = Source(path.name, path.stat().st_size, lambda: path.open("rb"))
    return Imported(path.name, apply_import(desk, plan_import(desk, source)))


def _write(desk: Desk, chunk: list[Dossier]) -> int:
    count = 0
    with desk.store.write(Intent("make_sample", Operation.COLLECTION)) as batch:
        for dossier in chunk:
            batch.create(dossier)
            count += 1 + len(dossier.children)
    return count
