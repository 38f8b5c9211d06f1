"""The full check of a vault: pages, chain, records against journal, derived tables against records."""

from collections.abc import Callable
from dataclasses import dataclass

from liaison_desk.services.desk import Desk
from liaison_desk.storage.agreement import Disagreement, compare_derived, compare_journal, find_orphans
from liaison_desk.storage.blob_rows import blob_ids
from liaison_desk.storage.chain import ChainReport, verify_chain

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check went through and found; an empty ``faults`` means that all is well."""

    chain: ChainReport
    records: int
    sealed_files: int
    faults: tuple[Disagreement, ...]


def verify(desk: Desk, report: Report = lambda _stage: None) -> Verified:
    """Check everything. Raises DatabaseDamaged and JournalBroken, where going on would make no sense."""
    report("pages")
    desk.store.close()
    desk.vault.check()
    with desk.store.read() as connection:
        report("chain")
        chain = verify_chain(connection, desk.store.facts.audit_key)
        report("records")
        records, faults = compare_journal(connection)
        report("derived")
        faults += compare_derived(connection, desk.post.sort_language)
        faults += find_orphans(connection)
        known = blob_ids(connection)
    report("files")
    folder = desk.vault.folder / "blobs"
    faults += [
        Disagreement("blob", blob_id, "missing")
        for blob_id in sorted(known)
        if not (folder / blob_id).is_file()
    ]
    return Verified(chain, records, len(known), tuple(faults))
