"""Record ids: UUID version 7 as text (RFC 9562), so that ids sort by the time of their making."""

import os
from collections.abc import Callable
from typing import NewType

from liaison_desk.domain.clocks import Clock

RecordId = NewType("RecordId", str)
IdFactory = Callable[[], RecordId]

_RANDOM_BITS = 62
_COUNTER_BITS = 12


def make_id_factory(clock: Clock, entropy: Callable[[int], bytes] = os.urandom) -> IdFactory:
    """Return a function that makes ids, each larger than the one before, also when the clock steps back.

    Python 3.11 has no ``uuid7``. The 12 bits after the millisecond are a counter (RFC 9562, 6.2,
    method 1); when it runs over within one millisecond the time part moves on by one.
    """
    last_ms = 0
    counter = 0

    def make_id() -> RecordId:
        nonlocal last_ms, counter
        now_ms = int(clock.now().timestamp() * 1000)
        if now_ms > last_ms:
            last_ms, counter = now_ms, 0
        else:
            counter += 1
            if counter >> _COUNTER_BITS:
                last_ms, counter = last_ms + 1, 0
        tail = int.from_bytes(entropy(8), "big") >> (64 - _RANDOM_BITS)
        number = (last_ms << 80) | (7 << 76) | (counter << 64) | (2 << _RANDOM_BITS) | tail
        text = f"{number:032x}"
        return RecordId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")

    return make_id
