"""`manage.py serve`: everything one shop needs, from one command, until Ctrl-C."""

import fcntl
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse
from sesame.utils import get_query_string

from autoresponder import messages
from autoresponder.shops.models import Membership, Shop
from config.supervisor import Program, Supervisor

DEMO_SHOP = "demo"
HEALTHY_WITHIN_SECONDS = 120
EVERYWHERE = ("0.0.0.0", "::")


class Refused(Exception):
    """Starting makes no sense; the message says why and what to do. Exit code 2."""


class Command(BaseCommand):
    help = "Prepares the database, then runs the web server, the worker and the poller until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Supervisor(programs(), cwd=settings.BASE_DIR, log=self.stderr.write) as supervisor, one_at_a_time():
                require_free_port(settings.HOST, settings.PORT)
                supervisor.prepare(self._prepare_tables, self._prepare_shop, connections.close_all)
                supervisor.run(on_tick=Greeting(supervisor, self._greet))
        except Refused as reason:
            self.stderr.write(str(reason))
            sys.exit(2)

    def _prepare_tables(self) -> None:
        """Bring tables and messages up to date. Safe to run again."""
        self.check(databases=["default"])
        call_command("migrate", verbosity=0, interactive=False)
        messages.compile_all()

    def _prepare_shop(self) -> None:
        """An empty database gets the demo shop."""
        if not Shop.objects.exists():
            self.stdout.write("  처음이라 연습용 가게를 만들고 있어요 · First run: making the demo shop")
            call_command("demo", stdout=StringIO())

    def _greet(self) -> None:
        self.stdout.write(self._banner())
        connections.close_all()

    def _banner(self) -> str:
        lines = ["", "  답지기가 켜졌어요 · Dapjigi is running", "", f"  주소 · Address   {settings.BASE_URL}/"]
        owner = Membership.objects.filter(shop__slug=DEMO_SHOP, role=Membership.Role.OWNER).first()
        if owner is not None:
            link = settings.BASE_URL + reverse("console:sign_in_link") + get_query_string(owner.user)
            lines += [f"  로그인 · Sign in {link}"]
            lines += ["                   (한 시간 안에 한 번 쓸 수 있어요 · works once, within an hour)"]
        return "\n".join([*lines, "", "  끄기 · Stop      Ctrl+C", ""])


class Greeting:
    """Waits for the first sign of life of the web server, then greets; gives up when there is none."""

    def __init__(self, supervisor: Supervisor, greet: Callable[[], None]) -> None:
        self.supervisor = supervisor
        self.greet = greet
        self.deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS

    def __call__(self) -> None:
        if self.supervisor.settled:
            return
        if self.supervisor.programs[0].crashes or time.monotonic() > self.deadline:
            raise CommandError("The web server did not start; its own message stands above.")
        if web_answers(settings.HOST, settings.PORT):
            self.supervisor.settled = True
            self.greet()


def programs() -> list[Program]:
    """The web server first, then the one worker with its clock, then who asks the messengers that do not call us."""
    granian = (
        f"granian --interface wsgi --host {settings.HOST} --port {settings.PORT} --workers 2 --blocking-threads 4"
        " --respawn-failed-workers --workers-kill-timeout 8 --no-ws --log-level warning config.wsgi:application"
    )
    celery = "celery --quiet -A config worker -P threads -c 8 -B --without-gossip --without-mingle --loglevel WARNING"
    # Tasks are JSON only, so what Celery warns root of cannot happen.
    as_root = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [
        Program("web", [sys.executable, "-m", *granian.split()]),
        Program("worker", [sys.executable, *as_root, "-m", *celery.split()]),
        Program("poller", [sys.executable, "manage.py", "poll"]),
    ]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two of us in one data folder would be two clocks. Raises Refused for the second."""
    with open(settings.DATA_DIR / "serve.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"이미 켜져 있어요 · Dapjigi is already running from {settings.DATA_DIR}. Stop it, or start a second "
                f"one: DAPJIGI_DATA=/another/folder PORT={settings.PORT + 1} make run"
            ) from None
        yield


def require_free_port(host: str, port: int) -> None:
    """Raises Refused when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"{port}번 포트를 쓸 수 없어요 · Port {port} cannot be used ({error.strerror}). "
                f"Use another one: PORT={port + 1} make run"
            ) from error


def web_answers(host: str, port: int) -> bool:
    connection = HTTPConnection("127.0.0.1" if host in EVERYWHERE else host, port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
