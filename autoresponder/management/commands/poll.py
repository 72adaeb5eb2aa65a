"""`manage.py poll`: asks the messengers that do not call us, until told to stop. Any number may run at once."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from autoresponder import tasks
from autoresponder.connections.outside import client
from autoresponder.inbox.poller import Poller


class Command(BaseCommand):
    help = "Fetches messages from messengers that are polled (Telegram without a public address, mail) until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        Poller(client(), timezone.now, wake=tasks.wake).run(stop)
