"""Sort names by Qt's collator for a locale: a child process, so that the tests stay free of Qt."""

import json
import sys
from functools import cmp_to_key

from PySide6.QtCore import QCollator, QLocale, Qt

if __name__ == "__main__":
    collator = QCollator(QLocale(sys.argv[1]))
    collator.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
    names = json.loads(sys.stdin.read())
    json.dump(sorted(names, key=cmp_to_key(collator.compare)), sys.stdout)
