"""What the journal calls things: operations of a batch, kinds of a line, and the intention behind a batch."""

from dataclasses import dataclass
from enum import Enum


class Operation(Enum):
    """What a batch did: the six of Directive (EU) 2016/680 Art. 25, and the desk's own."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    IMPORT = "import"
    EXPORT = "export"
    PRINT = "print"
    BACKUP = "backup"
    UNLOCK = "unlock"
    FAILED_UNLOCK = "failed unlock"
    LOCK = "lock"
    KEY_CHANGE = "key change"
    RETENTION = "retention"


UNDOABLE = frozenset({Operation.COLLECTION, Operation.ALTERATION, Operation.COMBINATION, Operation.IMPORT})
"""Operations with an inverse. What was seen, handed out, erased or re-keyed cannot be taken back."""


class LineKind(Enum):
    """What a line of a batch says about its record."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    RESTATE = "restate"
    """The whole present state, after earlier lines lost their content to an erasure."""
    OPEN = "open"
    DISCLOSE = "disclose"
    ERASE = "erase"
    EVENT = "event"


STATE_KINDS = frozenset({LineKind.CREATE, LineKind.CHANGE, LineKind.REMOVE, LineKind.RESTATE})
"""Kinds that change what a record is; replaying them in order gives the records."""


@dataclass(frozen=True, slots=True)
class Intent:
    """Why a batch is made: one intention, one undo, one link of the chain."""

    use_case: str
    operation: Operation
    inverse_of: str = ""
    """For undo and redo: ``device:sequence`` of the batch that is inverted."""
