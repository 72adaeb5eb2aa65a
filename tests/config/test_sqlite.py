"""The SQLite backend: what is set, that writers wait in line, and that nobody waits for ever."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.transaction import Atomic
from pytest_django import DjangoDbBlocker

from config.sqlite.base import DatabaseWrapper
from config.sqlite.build import has_wal_reset_bug
from config.sqlite.gate import Gate, gate_for

HOLD_GATE = """
import sys, time
from config.sqlite.gate import gate_for
class Holder: pass
holder = Holder()
gate_for(sys.argv[1]).acquire(holder, 5)
print("held", flush=True)
sys.stdin.read()
"""


class Holder:
    """Stands for a connection."""


@pytest.fixture
def open_connection(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Connections to one file, each as a thread of the product would have it."""
    opened = []

    def connect(timeout: float = 20) -> DatabaseWrapper:
        settings: dict[str, Any] = {
            **connection.settings_dict,
            "ENGINE": "config.sqlite",
            "NAME": str(tmp_path / "db"),
            "OPTIONS": {"timeout": timeout},
        }
        opened.append(DatabaseWrapper(settings, alias="default"))
        opened[-1].inc_thread_sharing()
        return opened[-1]

    with django_db_blocker.unblock():
        with connect().cursor() as cursor:
            cursor.execute("CREATE TABLE kept (n INTEGER)")
        yield connect
        for wrapper in opened:
            wrapper.close()


def pragma(wrapper: DatabaseWrapper, name: str) -> Any:
    with wrapper.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


class transaction:
    """`atomic` for a connection that is not in django.db.connections."""

    def __init__(self, wrapper: DatabaseWrapper) -> None:
        self.wrapper = wrapper

    def __enter__(self) -> DatabaseWrapper:
        self.wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        return self.wrapper

    def __exit__(self, kind: object, *_: object) -> None:
        self.wrapper.rollback() if kind else self.wrapper.commit()
        self.wrapper.set_autocommit(True)


def add(wrapper: DatabaseWrapper, number: int) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (%s)", [number])


def count(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        return int(cursor.execute("SELECT count(*) FROM kept").fetchone()[0])


@pytest.mark.parametrize(
    ("version", "bug"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 9), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], bug: bool) -> None:
    assert has_wal_reset_bug(version) is bug


def test_the_sqlite_that_runs_is_sound() -> None:
    assert not has_wal_reset_bug(sqlite3.sqlite_version_info)
    assert not has_wal_reset_bug(DatabaseWrapper.Database.sqlite_version_info)


def test_a_connection_is_set_so_that_a_commit_survives_a_power_cut(open_connection: Callable[..., Any]) -> None:
    wrapper = open_connection()
    assert pragma(wrapper, "journal_mode") == "wal"
    assert pragma(wrapper, "synchronous") == 2
    assert pragma(wrapper, "busy_timeout") == 20_000
    assert pragma(wrapper, "foreign_keys") == 1
    assert pragma(wrapper, "journal_size_limit") == 64 * 1024 * 1024
    assert pragma(wrapper, "secure_delete") == 1
    assert pragma(wrapper, "mmap_size") == 0


def test_without_a_sound_build_wal_is_given_up(
    open_connection: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(DatabaseWrapper, "get_database_version", lambda _: (3, 40, 1))
    wrapper = DatabaseWrapper({**connection.settings_dict, "NAME": str(tmp_path / "old"), "OPTIONS": {}}, "default")
    assert (pragma(wrapper, "journal_mode"), pragma(wrapper, "synchronous")) == ("delete", 3)
    wrapper.close()


def test_a_transaction_is_immediate_and_others_still_read(open_connection: Callable[..., Any]) -> None:
    writer, other = open_connection(), open_connection(timeout=0.1)
    with transaction(writer):
        assert count(other) == 0
        with pytest.raises(OperationalError, match="locked"):
            other.cursor().execute("BEGIN IMMEDIATE")
        add(writer, 1)
    assert count(other) == 1


def test_eight_threads_write_and_none_is_refused(open_connection: Callable[..., Any]) -> None:
    errors: list[Exception] = []

    def write(wrapper: DatabaseWrapper) -> None:
        try:
            for number in range(20):
                with transaction(wrapper):
                    add(wrapper, number)
        except OperationalError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=[open_connection()]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert count(open_connection()) == 160


def test_rolling_back_lets_the_next_writer_in(open_connection: Callable[..., Any]) -> None:
    first, second = open_connection(), open_connection(timeout=1)
    with pytest.raises(ZeroDivisionError), transaction(first):
        add(first, 1)
        raise ZeroDivisionError
    with transaction(second):
        add(second, 2)
    assert count(first) == 1


def test_closing_in_a_transaction_lets_the_next_writer_in(open_connection: Callable[..., Any]) -> None:
    first, second = open_connection(), open_connection(timeout=1)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    first.close()
    with transaction(second):
        add(second, 2)
    assert count(second) == 1


def test_a_begin_that_fails_gives_the_gate_back(open_connection: Callable[..., Any], tmp_path: Path) -> None:
    blocked, outsider = open_connection(timeout=0.1), sqlite3.connect(tmp_path / "db", isolation_level=None)
    outsider.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        blocked.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    outsider.close()
    with transaction(open_connection(timeout=1)) as free:
        add(free, 1)


def test_two_connections_of_one_thread_are_refused_at_once_instead_of_waiting_for_ever(
    open_connection: Callable[..., Any],
) -> None:
    first, second = open_connection(), open_connection()
    started = time.monotonic()
    with transaction(first), pytest.raises(OperationalError, match="locked"), transaction(second):
        pass
    assert time.monotonic() - started < 2


@pytest.mark.django_db(transaction=True)
def test_savepoints_pass_the_gate_once() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the gate is SQLite's")
    gate = gate_for(connection.settings_dict["NAME"])
    with Atomic("default", savepoint=True, durable=False), Atomic("default", savepoint=True, durable=False):
        pass
    gate.acquire(Holder(), 0)


def test_the_gate_is_taken_back_from_a_thread_that_died(tmp_path: Path) -> None:
    gate, holder = Gate(str(tmp_path / "gate")), Holder()
    thread = threading.Thread(target=gate.acquire, args=[holder, 1])
    thread.start()
    thread.join()
    gate.acquire(Holder(), 2)


def test_the_gate_is_taken_back_from_a_connection_that_was_dropped(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "gate"))
    gate.acquire(Holder(), 1)
    gate.acquire(Holder(), 2)


def test_waiting_ends_with_the_timeout(tmp_path: Path) -> None:
    gate, holder, done = Gate(str(tmp_path / "gate")), Holder(), threading.Event()

    def hold() -> None:
        gate.acquire(holder, 1)
        done.wait(10)
        gate.release(holder)

    thread = threading.Thread(target=hold)
    thread.start()
    with pytest.raises(OperationalError, match="locked"):
        gate.acquire(Holder(), 0.6)
    done.set()
    thread.join()


def test_another_process_waits_and_a_killed_one_frees_the_gate(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_GATE, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        entered = threading.Event()

        def enter() -> None:
            gate_for(database).acquire(holder, 5)
            entered.set()

        holder = Holder()
        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.3)
        process.kill()
        assert entered.wait(5)
        thread.join()
