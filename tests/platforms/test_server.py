"""The other side of every delivery test is tested itself: a double that plays badly would prove anything."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from autoresponder.net.client import Answer, Client, Unanswered
from tests.platforms.dialect import Call, Dialect, Mode, Told
from tests.platforms.server import Platforms, found

KEPT = "https://api.tiny.example"


class Tiny(Dialect):
    kind = "tiny"
    origins = (KEPT, "https://files.tiny.example")

    def answer(self, call: Call) -> Told:
        if call.path == "/me":
            return Told(200, {"name": "작은 곳", "asked": dict(call.query)})
        if call.path == "/broken":
            raise KeyError("no such thing")
        return Told(200, {"id": self.accept(call.json["to"], call.json["text"], call.headers.get("x-key", ""))})

    def delivers(self, call: Call) -> bool:
        return call.path == "/send"

    def limited(self) -> Told:
        return Told(429, {"wait": 7}, {"Retry-After": "7"})

    def refusal(self) -> Told:
        return Told(200, {"error": "no"})


@pytest.fixture
def tiny() -> Iterator[Platforms]:
    played = Platforms({"tiny": Tiny})
    yield played
    played.stop()


def send(played: Platforms, text: str = "안녕하세요", key: str = "") -> Answer:
    return played.client.request("POST", f"{KEPT}/send", json={"to": "c", "text": text}, headers={"X-Key": key})


def test_a_call_reaches_its_dialect_as_it_was_made(tiny: Platforms) -> None:
    answer = tiny.client.request("GET", f"{KEPT}/me?a=1&b=%EA%B0%80")

    assert answer.json() == {"name": "작은 곳", "asked": {"a": "1", "b": "가"}}
    (call,) = tiny["tiny"].calls
    assert (call.method, call.path, call.body) == ("GET", "/me", b"")


def test_each_origin_has_a_place_of_its_own(tiny: Platforms) -> None:
    assert tiny.urls == {
        KEPT: f"http://127.0.0.1:{tiny.port}/tiny-0",
        "https://files.tiny.example": f"http://127.0.0.1:{tiny.port}/tiny-1",
    }
    assert tiny.client.request("GET", "https://files.tiny.example/me").ok


def test_what_was_accepted_is_kept_once_for_a_key(tiny: Platforms) -> None:
    assert send(tiny, key="k").json() == send(tiny, key="k").json() == {"id": "tiny-1"}
    assert tiny["tiny"].texts() == ["안녕하세요"]


@pytest.mark.parametrize(
    ("mode", "status", "accepted"), [("busy", 429, 0), ("broken", 500, 0), ("error", 200, 0), ("redirect", 302, 0)]
)
def test_a_refusing_platform_accepts_nothing(tiny: Platforms, mode: Mode, status: int, accepted: int) -> None:
    tiny["tiny"].set(mode)

    assert send(tiny).status == status
    assert (len(tiny["tiny"].accepted), tiny.strayed) == (accepted, [])


@pytest.mark.parametrize(
    ("mode", "code", "accepted"), [("hang", "too_slow", 0), ("reset", "cut_off", 1), ("endless", "too_large", 1)]
)
def test_a_failing_platform_leaves_it_open(tiny: Platforms, mode: Mode, code: str, accepted: int) -> None:
    tiny["tiny"].set(mode)
    tiny.patience = 0.3 if mode == "hang" else 5.0

    with pytest.raises(Unanswered) as unanswered:
        send(tiny)

    assert (unanswered.value.code, len(tiny["tiny"].accepted)) == (code, accepted)


def test_a_mode_holds_for_so_many_deliveries_and_for_nothing_else(tiny: Platforms) -> None:
    tiny["tiny"].set("busy", times=2)

    assert tiny.client.request("GET", f"{KEPT}/me").status == 200
    assert [send(tiny).status for _ in range(3)] == [429, 429, 200]


def test_the_end_of_a_test_does_not_wait_for_a_call_that_hangs(tiny: Platforms) -> None:
    tiny["tiny"].set("hang")
    ended: list[str] = []

    def call() -> None:
        try:
            send(tiny)
        except Unanswered as error:
            ended.append(error.code)

    caller = Thread(target=call)
    caller.start()
    while not tiny["tiny"].calls:
        time.sleep(0.005)
    tiny.reset()
    caller.join(2)

    assert ended == ["cut_off"]


def test_a_reset_forgets_everything(tiny: Platforms) -> None:
    send(tiny)
    tiny["tiny"].set("busy")
    tiny.patience = 0.1
    tiny.reset()

    assert (tiny["tiny"].accepted, tiny["tiny"].calls, tiny.patience) == ([], [], 5.0)
    assert send(tiny).status == 200


def test_who_follows_a_redirect_is_caught(tiny: Platforms) -> None:
    tiny["tiny"].set("redirect")
    tiny.client.request("GET", send(tiny).headers["location"])

    assert tiny.strayed == ["/strayed"]


def test_a_fault_of_the_dialect_is_told(tiny: Platforms) -> None:
    assert tiny.client.request("GET", f"{KEPT}/broken").status == 500
    assert tiny.faults == ["GET /broken: KeyError('no such thing')"]


def test_sixteen_callers_at_once_are_all_heard(tiny: Platforms) -> None:
    client = tiny.client
    callers = [
        Thread(target=lambda n=n: client.request("POST", f"{KEPT}/send", json={"to": "c", "text": f"{n}"}))
        for n in range(16)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert sorted(map(int, tiny["tiny"].texts())) == list(range(16))


def test_every_dialect_of_the_folder_is_found() -> None:
    folder = Path(__file__).parent
    written = {path.stem for path in folder.glob("*.py") if "\n    kind = " in path.read_text()} - {"test_server"}

    assert {dialect.__module__.rpartition(".")[2] for dialect in found().values()} == written
    assert all(dialect.kind == kind for kind, dialect in found().items())


def test_the_product_is_pointed_at_them(platforms: Platforms, settings: object) -> None:
    assert platforms.urls == settings.PLATFORM_URLS  # type: ignore[attr-defined]


def test_they_also_run_as_a_program() -> None:
    command = [sys.executable, "-m", "tests.platforms", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        name, _, pairs = run.stdout.readline().strip().partition("=")
        urls = dict(pair.split("=", 1) for pair in pairs.split(",") if pair)
        origin, other = next(iter(urls.items()))
        base, kind = other.rpartition("/")[0], other.rpartition("/")[2].rpartition("-")[0]
        client = Client(allowed=["127.0.0.0/8"])

        assert name == "DAPJIGI_PLATFORM_URLS" and origin.startswith("https://")
        assert json.loads(client.request("GET", f"{base}/accepted?kind={kind}").body) == []
        assert client.request("POST", f"{base}/mode?kind={kind}&mode=busy&times=1").ok
        run.send_signal(signal.SIGTERM)
        assert run.wait(10) == 0
