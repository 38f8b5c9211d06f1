"""Opens a workbook in LibreOffice and prints what it sees, as JSON. Run by the system's Python.

Arguments: pipe name, file, and the password if there is one.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # comes with LibreOffice
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # comes with LibreOffice
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]  # comes with LibreOffice

WAIT_SECONDS = 60


def connect(pipe: str) -> Any:
    """Return LibreOffice's desktop as soon as it answers."""
    context = uno.getComponentContext()
    name = "com.sun.star.bridge.UnoUrlResolver"
    resolver = context.ServiceManager.createInstanceWithContext(name, context)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise


def look(document: Any) -> dict[str, object]:
    """Return sheets, a few cells with type, and the document's author."""
    sheets = document.Sheets
    register = sheets.getByName("Requests")
    cells = {}
    for address in ("A4", "B5", "C5", "D5"):
        cell = register.getCellRangeByName(address).getCellByPosition(0, 0)
        cells[address] = [cell.Type.value, cell.String]
    return {
        "sheets": list(sheets.ElementNames),
        "cells": cells,
        "tables": sorted(document.DatabaseRanges.ElementNames),
        "author": document.DocumentProperties.Author,
        "export": document.DocumentProperties.UserDefinedProperties.LD_Export,
    }


def main() -> None:
    """Open every file that stands on standard input as "path<TAB>password", one line each."""
    desktop = connect(sys.argv[1])
    for line in sys.stdin:
        path, password = line.rstrip("\n").split("\t")
        asked = {"Hidden": True, "ReadOnly": True} | ({"Password": password} if password else {})
        properties = tuple(PropertyValue(name, 0, value, 0) for name, value in asked.items())
        answer = None
        try:
            document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, properties)
            if document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                answer = look(document)
                document.dispose()
        except uno.getClass("com.sun.star.uno.Exception"):
            answer = None
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


main()
