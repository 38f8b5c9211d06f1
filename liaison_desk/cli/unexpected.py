"""The last word on an error that nobody foresaw: type and places in the program, never a value."""

import sys
import traceback
from types import TracebackType

from liaison_desk import __version__


def report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what may be passed on; the message of the exception is left out, it could hold a value."""
    lines = [
        f"E0001 Something unexpected happened: {kind.__name__}. What was not finished is rolled back.",
        f"Please report these lines; they hold no data. liaison-desk {__version__}",
    ]
    lines += [
        f"  {frame.filename.rpartition('liaison_desk')[2] or frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
        if "liaison_desk" in frame.filename
    ]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        lines.append(f"  after {type(cause).__name__}")
    sys.stderr.write("\n".join(lines) + "\n")
