"""What one piece of advice is, and the sentences that several situations share."""

from dataclasses import dataclass

from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Text


@dataclass(frozen=True, slots=True)
class Advice:
    """What the user is told about one kind of trouble; ``{name}`` stands for a fact of the error."""

    what: Text
    """What happened."""
    safe: Text
    """What is safe, or what is not."""
    do: Text
    """What to do now."""


NOTHING_CHANGED = QT_TRANSLATE_NOOP("Advice", "Nothing was changed.")
NOTHING_OPENED = QT_TRANSLATE_NOOP("Advice", "The vault stays closed, and nothing in it was changed.")
NOTHING_READ = QT_TRANSLATE_NOOP("Advice", "Nothing was read into the vault, and the file stays as it is.")
NOTHING_SENT = QT_TRANSLATE_NOOP("Advice", "What waits stays, encrypted, in the outbox of the vault.")
NOTHING_LEFT = QT_TRANSLATE_NOOP("Advice", "No file was written, and the vault is as it was.")
USE_BACKUP = QT_TRANSLATE_NOOP(
    "Advice", "Keep the folder as it is, and restore the last good backup into a new folder."
)
ASK_IT = QT_TRANSLATE_NOOP("Advice", "Give the code of this message to IT.")
