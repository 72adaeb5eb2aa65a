"""Which SQLite the program runs on.

SQLite 3.7.0 to 3.51.2 can lose a commit or damage the file when several connections write and checkpoint
at once in WAL mode (the "WAL-reset bug"); fixed in 3.51.3 and back-ported to 3.44.6 and 3.50.7.
"""

import importlib
import sqlite3
import sys

Version = tuple[int, int, int]
BACKPORTS = {(3, 44): 6, (3, 50): 7}


def has_wal_reset_bug(version: Version) -> bool:
    """True when this SQLite must not be used in WAL mode by more than one connection."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return False
    fixed_in = BACKPORTS.get(version[:2])
    return fixed_in is None or version[2] < fixed_in


def use_sound_build() -> None:
    """Put the bundled SQLite in place of the stdlib's when the stdlib's has the bug.

    Leaves the stdlib's where no bundled build exists: the backend then gives up WAL (see base.py).
    """
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return
    try:
        bundled = importlib.import_module("pysqlite3")
        bundled_dbapi2 = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return
    if not has_wal_reset_bug(bundled.sqlite_version_info):
        sys.modules["sqlite3"] = bundled
        sys.modules["sqlite3.dbapi2"] = bundled_dbapi2
