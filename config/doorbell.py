"""Kombu's transport of files, safe for whoever looks while another process writes.

Kombu creates a file under its last name and fills it afterwards. A worker that looks in between reads nothing, takes
that for a broken message and ends (celery/kombu#1551). Here a file has its name when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """The name begins with the moment, as messages are read in the order of their names."""
        file = Path(self.data_folder_out, f"{monotonic_ns():020}_{uuid4()}.{queue}.msg")
        try:
            with _whole(file, payload) as written:
                os.replace(written, file)
        except OSError as error:
            raise ChannelError(f"Cannot add file {file.name} to its folder") from error

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file: Path = self._exchange_file(exchange)
        self.control_folder.mkdir(exist_ok=True)
        if not file.exists():
            # Whoever is second adds to the table of the first. A folder that knows no links has it as kombu makes it.
            with _whole(file, []) as written, suppress(OSError):
                os.link(written, file)
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel


@contextmanager
def _whole(file: Path, content: Any) -> Iterator[Path]:
    """The content beside `file`, under a name that no queue has."""
    written = file.with_name(f".{uuid4()}")
    written.write_text(dumps(content), encoding="utf-8")
    try:
        yield written
    finally:
        written.unlink(missing_ok=True)
