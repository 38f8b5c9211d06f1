"""From a passphrase to a key: Argon2id (RFC 9106), its bounds, and its calibration to this computer."""

import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from liaison_desk.domain.errors import HeaderDamaged, HeaderUnsupported, StorageFailed
from liaison_desk.vault.keys import KEY_BYTES

MEMORY_BOUNDS = (64 * 1024, 2 * 1024 * 1024)
"""Least and most memory in KiB: a floor against downgrading, a cap against being brought to a halt."""
PASSES_BOUNDS = (3, 64)
LANES_BOUNDS = (1, 16)

_ALGORITHM = "argon2id"
_CALIBRATION_SECONDS = 0.7
_CALIBRATION_MEMORY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one derivation costs: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int

    def to_json(self) -> dict[str, Any]:
        """Return the shape kept in a slot."""
        return {"alg": _ALGORITHM, "m": self.memory, "t": self.passes, "p": self.lanes}

    @classmethod
    def from_json(cls, value: object) -> "Argon2Cost":
        """Read the shape kept in a slot. Raises HeaderDamaged out of bounds, HeaderUnsupported otherwise."""
        if not isinstance(value, dict) or not isinstance(value.get("alg"), str):
            raise HeaderDamaged(reason="kdf")
        if value["alg"] != _ALGORITHM:
            raise HeaderUnsupported(what="kdf")
        if set(value) != {"alg", "m", "t", "p"}:
            raise HeaderDamaged(reason="kdf")
        bounds = {"m": MEMORY_BOUNDS, "t": PASSES_BOUNDS, "p": LANES_BOUNDS}
        for name, (least, most) in bounds.items():
            # bool is an int in Python, never in a header
            if type(value[name]) is not int or not least <= value[name] <= most:
                raise HeaderDamaged(reason="kdf bounds")
        return cls(value["m"], value["t"], value["p"])

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """Return 32 bytes derived from a passphrase. Raises StorageFailed when memory is short."""
        try:
            return Argon2id(
                salt=salt, length=KEY_BYTES, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory
            ).derive(secret)
        except MemoryError as error:
            raise StorageFailed(reason="memory", path="") from error


FAST = Argon2Cost(memory=MEMORY_BOUNDS[0], passes=PASSES_BOUNDS[0], lanes=4)
"""The cheapest cost a header may name; tests use it."""


def calibrate(seconds: float = _CALIBRATION_SECONDS, *, memory: int = _CALIBRATION_MEMORY) -> Argon2Cost:
    """Return the cost that takes about ``seconds`` on this computer, never below the floor.

    Memory is halved while even the fewest passes take too long; then passes fill the time.
    """
    lanes = 2
    least_memory, _ = MEMORY_BOUNDS
    fewest, most = PASSES_BOUNDS
    while True:
        took = _measure(Argon2Cost(memory, fewest, lanes))
        if took <= seconds or memory // 2 < least_memory:
            break
        memory //= 2
    passes = int(seconds / (took / fewest))
    return Argon2Cost(memory, min(max(passes, fewest), most), lanes)


def _measure(cost: Argon2Cost) -> float:
    started = time.perf_counter()
    cost.stretch(b"calibration", bytes(32))
    return time.perf_counter() - started
