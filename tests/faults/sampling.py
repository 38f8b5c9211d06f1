"""Takes a few of the places that a whole sweep of system calls would hit, spread over calls and faults."""

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator

from tests.faults.syscalls import FAULTS, NAMING_CALLS, WRITING_CALLS, Outcome, hit, sweep, trace_calls

_CALL = re.compile(r"^\d+\s+(\w+)\(")
_SEED = 20261124


def sweep_few(prepare: Callable[[], list[str]], program: str, runs: int) -> Iterator[Outcome]:
    """Run a program ``runs`` times, each time with one fault in another place; all places in the sweep.

    Each kind of call comes up as often as the others, however often the program makes it.
    """
    if os.environ.get("LIAISON_DESK_SWEEP") == "1":
        yield from sweep(prepare, program)
        return
    counts = Counter(
        found[1].removesuffix("at").removesuffix("at2")
        for line in trace_calls(WRITING_CALLS, program, prepare()).splitlines()
        if (found := _CALL.match(line))
    )
    chance = random.Random(_SEED)
    made = sorted(set(counts) & set(WRITING_CALLS))
    chance.shuffle(made)
    for number in range(runs):
        call = made[number % len(made)]
        fault = chance.choice((*FAULTS, "error=EACCES") if call in NAMING_CALLS else FAULTS)
        yield hit(call, fault, chance.randint(1, counts[call]), program, prepare())
