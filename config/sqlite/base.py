"""Django's SQLite backend set for a server: WAL, every commit on disk, BEGIN IMMEDIATE, one writer in line."""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base

from config.sqlite.build import has_wal_reset_bug
from config.sqlite.gate import Gate, gate_for

JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024
# The commit that fills the WAL this far (16 MB) has to copy it into the database while all writers wait. The worker's
# `checkpoint` every few seconds does it beside them, so that no message ever should.
CHECKPOINT_PAGES = 4000
# NORMAL would take back the last commits on a power cut, after the messenger has seen our 200.
WAL = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
)
# Slower, but the only safe journal for two processes on a SQLite with the WAL-reset bug.
ROLLBACK_JOURNAL = ("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = EXTRA")
ALWAYS = (f"PRAGMA journal_size_limit = {JOURNAL_SIZE_LIMIT_BYTES}", "PRAGMA secure_delete = ON")


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the write gate before BEGIN and gives it back at commit, rollback or close."""

    _held: Gate | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        journal = ROLLBACK_JOURNAL if has_wal_reset_bug(self.get_database_version()) else WAL
        for pragma in (*journal, *ALWAYS):
            connection.execute(pragma).close()
        return connection

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self.transaction_mode = "IMMEDIATE"
        params.setdefault("timeout", 20)
        return params

    def checkpoint(self) -> None:
        """Copy the WAL into the database without making any writer wait. Does nothing in other journal modes."""
        with self.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _start_transaction_under_autocommit(self) -> None:
        if self.is_in_memory_db():
            return super()._start_transaction_under_autocommit()
        gate = gate_for(self.settings_dict["NAME"])
        gate.acquire(self, self.settings_dict["OPTIONS"].get("timeout", 20))
        self._held = gate
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave_gate()
            raise

    def _leave_gate(self) -> None:
        gate, self._held = self._held, None
        if gate is not None:
            gate.release(self)

    def _commit(self) -> None:
        # A commit that fails leaves the transaction open, so the gate stays with it until the rollback.
        super()._commit()
        self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave_gate()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave_gate()
