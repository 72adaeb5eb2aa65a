"""The broker of the embedded default: files that are never seen half written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Queue

from config import celery_app, doorbell


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    folders = {name: str(tmp_path / name) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    folders["data_folder_out"] = folders["data_folder_in"]
    Path(folders["data_folder_in"]).mkdir()
    with Connection("filesystem://", transport_options=folders) as connection:
        yield connection


def seen_before(monkeypatch: pytest.MonkeyPatch, step: str, look: Callable[[], Any]) -> list[Any]:
    """What `look` gives while a file is written and not yet named."""
    seen: list[Any] = []
    act = getattr(os, step)

    def looked(*args: Any) -> None:
        seen.append(look())
        act(*args)

    monkeypatch.setattr(os, step, looked)
    return seen


def test_the_product_uses_it() -> None:
    assert celery_app.connection("filesystem://").get_transport_cls() is doorbell.Transport


def test_messages_come_out_whole_and_in_their_order(connection: Connection) -> None:
    # A name of its own: kombu remembers in the process what was bound, whatever the folders.
    name = f"bell-{uuid4()}"
    queue = Queue(name, Exchange(name), name)(connection.channel())
    queue.declare()
    for number in range(3):
        connection.Producer().publish({"number": number}, exchange=name, routing_key=name)
    assert [queue.get(no_ack=True).payload["number"] for _ in range(3)] == [0, 1, 2]
    assert queue.get() is None


def test_a_worker_that_looks_while_a_message_is_written_finds_none(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = connection.channel()

    def look() -> int:
        with pytest.raises(Empty):
            channel._get("celery")
        return channel._size("celery")

    seen = seen_before(monkeypatch, "replace", look)
    channel._put("celery", {"body": "가" * 10_000})

    assert seen == [0]
    assert channel._get("celery") == {"body": "가" * 10_000}
    assert list(Path(channel.data_folder_in).iterdir()) == []


def test_a_table_that_another_process_just_makes_is_added_to(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = connection.channel()

    def other_process() -> int:
        there = len(channel.get_table("celery"))
        monkeypatch.undo()
        channel._queue_bind("celery", "one", "", "one")
        return there

    seen = seen_before(monkeypatch, "link", other_process)
    channel._queue_bind("celery", "two", "", "two")

    assert seen == [0]
    assert {row.queue for row in channel.get_table("celery")} == {"one", "two"}


def test_a_folder_that_knows_no_links_works_too(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    channel = connection.channel()
    channel._queue_bind("celery", "one", "", "one")

    assert [row.queue for row in channel.get_table("celery")] == ["one"]


def test_a_folder_that_is_gone_is_told_as_the_platform_expects(connection: Connection) -> None:
    channel = connection.channel()
    Path(channel.data_folder_out).rmdir()

    with pytest.raises(connection.channel_errors):
        channel._put("celery", {})
