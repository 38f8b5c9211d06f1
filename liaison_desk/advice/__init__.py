"""What the user is told when something goes wrong: what happened, what is safe, what to do.

Errors carry facts and no sentences (``domain.errors``); the sentences stand here, once, ready for
translation. ``entry`` says what advice is, ``vault``, ``exchange``, ``record`` and ``surroundings`` hold it
by branch of the tree, ``reasons`` has words for reasons from closed lists, and ``telling`` fills in facts.
"""

from liaison_desk.advice.entry import Advice
from liaison_desk.advice.reasons import LIMITS, REASONS
from liaison_desk.advice.telling import ADVICE, Advised, advise, error_of_code, one_line, say_reason

__all__ = [
    "ADVICE",
    "LIMITS",
    "REASONS",
    "Advice",
    "Advised",
    "advise",
    "error_of_code",
    "one_line",
    "say_reason",
]
