"""The open desk: what every use case is handed."""

from dataclasses import dataclass, field

from liaison_desk.domain.clocks import Clock
from liaison_desk.domain.ids import IdFactory
from liaison_desk.domain.post import Post
from liaison_desk.storage.store import Store
from liaison_desk.vault.vault import Vault


@dataclass(slots=True)
class Desk:
    """A vault that is unlocked, with its store, the clock and the maker of ids."""

    vault: Vault
    store: Store
    clock: Clock
    new_id: IdFactory
    consulted: set[str] = field(default_factory=set)
    """Roots already logged as opened since the unlock; each is logged once."""
    erased_again: int = 0
    """Records that a restored backup had brought back and that were erased again at opening."""

    @property
    def post(self) -> Post:
        """Facts of the post."""
        return self.store.facts.post
