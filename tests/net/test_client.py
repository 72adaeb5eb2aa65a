"""What the one way out promises: how long, how much, what is certain when it fails, and that no secret leaks."""

from __future__ import annotations

import gzip
import json
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.net import pool
from autoresponder.net.client import Answer, Client, NotSent, Unanswered, _exchange
from autoresponder.net.wire import Wire
from tests.net.raw import Line, Script, Server, answering, serving, whole

SECRET = "123456:a-token-that-stands-in-the-path"
QUICK = 0.3


@pytest.fixture
def client() -> Iterator[Client]:
    yield Client(allowed=["127.0.0.0/8"])


def ask(client: Client, server: Server, path: str = f"/bot{SECRET}/send", **more: Any) -> Answer:
    headers = {"Authorization": f"Bearer {SECRET}"}
    url = f"http://127.0.0.1:{server.port}{path}"
    return client.request("POST", url, json={"text": "안녕하세요"}, headers=headers, **more)


def failure(call: Callable[[], object]) -> NotSent | Unanswered:
    """The error, of which neither the words nor the chain of causes may hold a secret."""
    try:
        call()
    except (NotSent, Unanswered) as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
        assert SECRET not in f"{told} {error!r} {error.args} {vars(error)}"
        assert error.__cause__ is None and error.__context__ is None
        return error
    pytest.fail("it worked")


# --- a request as it should be ---


def test_a_request_says_what_it_was_given_and_nothing_of_its_own_accord(client: Client) -> None:
    with serving(answering(whole(body='{"ok": true}', X_Request_Id="r-1"))) as server:
        answer = ask(client, server, "/send?to=%EA%B0%80&x=나")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        "POST /send?to=%EA%B0%80&x=%EB%82%98 HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: Dapjigi",
        "Accept: */*",
        "Content-Type: application/json",
        f"Authorization: Bearer {SECRET}",
        "Accept-Encoding: identity",
        f"Content-Length: {len(body)}",
    ]
    assert json.loads(body) == {"text": "안녕하세요"}
    assert (answer.status, answer.ok, answer.headers["x-request-id"], answer.json()) == (200, True, "r-1", {"ok": True})


def test_bytes_are_sent_as_they_are_and_a_get_has_no_body(client: Client) -> None:
    with serving(answering(whole())) as server:
        address = f"http://127.0.0.1:{server.port}"
        client.request("POST", address, body=b"\x00\xff", headers={"content-type": "application/x", "HOST": "evil"})
        client.request("GET", f"{address}?a#fragment")
        client.request("DELETE", f"{address}/hook")

    assert server.requests[0].endswith(b"Content-Length: 2\r\n\r\n\x00\xff")
    assert b"Content-Type: application/x\r\n" in server.requests[0]
    assert server.requests[1].startswith(b"GET /?a HTTP/1.1\r\n") and b"Content-" not in server.requests[1]
    assert server.requests[2].startswith(b"DELETE /hook HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        whole("204 No Content", ""),
        "HTTP/1.1 200 OK\r\n\r\nuntil the line closes",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n" + whole(),
    ],
)
def test_every_way_to_end_an_answer_is_understood(client: Client, raw: str) -> None:
    def script(line: Line) -> None:
        line.read_request()
        line.say(raw)

    with serving(script) as server:
        assert ask(client, server).ok


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_an_answer_and_is_not_followed(client: Client, status: str) -> None:
    with serving(answering(whole())) as target:
        moved = whole(status, Location=f"http://127.0.0.1:{target.port}/")
        with serving(answering(moved)) as server:
            assert ask(client, server).status == int(status[:3])
        assert target.connections == 0


@pytest.mark.parametrize("status", ["400 Bad", "401 No", "404 None", "429 Wait", "500 Broken", "503 Busy", "999 Odd"])
def test_an_error_is_an_answer_too(client: Client, status: str) -> None:
    with serving(answering(whole(status, "why"))) as server:
        answer = ask(client, server)
    assert (answer.status, answer.ok, answer.body) == (int(status[:3]), False, b"why")


def test_no_cookie_is_kept_and_no_proxy_of_the_environment_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(answering(whole(Set_Cookie="session=1; Path=/"))) as server:
        ask(client, server)
        ask(client, server)
    assert b"ookie" not in server.requests[1]


@pytest.mark.parametrize("body", [b"", b"[1]", b'"x"', b"{", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_object_is_an_empty_one(body: bytes) -> None:
    assert Answer(200, {}, body).json() == {}


def test_a_platform_is_asked_elsewhere_if_it_says_so_and_only_that_platform() -> None:
    with serving(answering(whole())) as server:
        client = Client(instead={"https://api.example.com": f"http://127.0.0.1:{server.port}/example-0"})
        assert client.request("GET", "https://api.example.com/me?x=1").ok
        assert client.request("GET", "https://api.example.com").ok
        for other in (f"http://127.0.0.1:{server.port}/example-0", f"https://api.example.com:{server.port}/"):
            failure(lambda other=other: client.request("GET", other))
    assert [request.split(b" HTTP")[0] for request in server.requests] == [
        b"GET /example-0/me?x=1",
        b"GET /example-0",
    ]


def test_what_the_operator_writes_down_need_not_be_exact() -> None:
    with serving(answering(whole())) as server:
        moved = {"https://api.example.com": f"http://127.0.0.1:{server.port}/"}
        assert Client(instead=moved).request("GET", "https://api.example.com/me").ok
        assert ask(Client(allowed=["127.0.0.1/8"]), server).ok
    assert server.requests[0].startswith(b"GET /me ")


def test_a_name_with_several_machines_is_reached_at_the_first_that_picks_up(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", 0)) for last in (7, 8, 1)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: several)
    with serving(answering(whole())) as server:
        assert client.request("GET", f"http://shop.example.com:{server.port}/").ok


# --- connections that stay open ---


def test_connections_are_used_again(client: Client) -> None:
    with serving(answering(whole())) as server:
        for _ in range(5):
            assert ask(client, server).ok
    assert (server.connections, len(server.requests)) == (1, 5)


@pytest.mark.parametrize("keep", [whole(Connection="close"), "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"])
def test_a_connection_that_the_server_will_close_is_not_kept(client: Client, keep: str) -> None:
    with serving(answering(keep)) as server:
        assert ask(client, server).ok and ask(client, server).ok
    assert server.connections == 2


def test_a_connection_that_was_closed_meanwhile_costs_nothing(client: Client) -> None:
    """The request goes out once, on a new connection: no answer is doubtful for no reason."""
    closed = Event()

    def script(line: Line) -> None:
        line.read_request()
        line.say(whole())
        line.sock.close()
        closed.set()

    with serving(script) as server:
        for _ in range(3):
            assert ask(client, server).ok
            assert closed.wait(1)
            closed.clear()
    assert (server.connections, len(server.requests)) == (3, 3)


def test_an_answer_nobody_asked_for_is_taken_for_no_other(client: Client) -> None:
    with serving(answering(whole() + whole(body="forged"))) as server:
        answers = [ask(client, server).body for _ in range(3)]
    assert answers == [b"ok", b"ok", b"ok"]


def test_an_idle_connection_is_put_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.0)
    with serving(answering(whole())) as server:
        assert ask(client, server).ok and ask(client, server).ok
    assert server.connections == 2


def test_a_line_cut_on_a_kept_connection_is_not_tried_again(client: Client) -> None:
    """It may have been read and acted on."""

    def script(line: Line) -> None:
        line.read_request()
        line.say(whole())
        line.read_request()

    with serving(script) as server:
        assert ask(client, server).ok
        assert failure(lambda: ask(client, server)).args == ("cut_off",)
    assert (server.connections, len(server.requests)) == (1, 2)


def test_sixteen_at_once_get_each_their_own_answer(client: Client) -> None:
    def echo(line: Line) -> None:
        while request := line.read_request():
            line.say(whole(body=request.split(b" ")[1].decode()))

    with serving(echo) as server, ThreadPoolExecutor(16) as threads:
        paths = [f"/{number}" for number in range(320)]
        answers = list(threads.map(lambda path: ask(client, server, path).body.decode(), paths))
        assert answers == paths
        assert server.connections <= 32
        assert len(client._pool._idle) <= pool.EACH


def test_no_more_connections_are_kept_than_are_worth_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ALL", 2)
    with serving(answering(whole())) as one, serving(answering(whole())) as two, serving(answering(whole())) as three:
        for server in (one, two, three):
            assert ask(client, server).ok
        assert [entry[0] for entry in client._pool._idle] == [
            f"judged http://127.0.0.1:{each.port}" for each in (two, three)
        ]


# --- surely nothing was sent ---


def test_a_refused_connection_has_sent_nothing(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(lambda: client.request("GET", f"http://127.0.0.1:{port}/{SECRET}"))
    assert isinstance(error, NotSent) and error.code == "unreachable"


def test_a_name_nobody_knows_has_sent_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, f"{SECRET} not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(lambda: client.request("GET", f"https://nowhere.example/{SECRET}"))
    assert isinstance(error, NotSent) and error.code == "unreachable"


def test_a_name_server_that_does_not_answer_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])
    started = time.monotonic()
    error = failure(lambda: client.request("GET", f"https://slow.example/{SECRET}", seconds=QUICK))
    over.set()
    assert isinstance(error, NotSent) and error.code == "too_slow" and time.monotonic() - started < 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"{SECRET}\r\nX-Admin: 1"},
        {"Authorization": f"{SECRET}\n"},
        {"Authorization": f"{SECRET}열쇠"},
        {"Authorization": f"{SECRET}\x00"},
        {f"X-{SECRET}\r\nX-Admin": "1"},
        {"": SECRET},
        {"X Y": SECRET},
    ],
)
def test_a_header_that_would_be_two_is_not_sent(client: Client, headers: dict[str, str]) -> None:
    with serving(answering(whole())) as server:
        error = failure(lambda: client.request("GET", f"http://127.0.0.1:{server.port}/", headers=headers))
        assert isinstance(error, NotSent) and error.code == "bad_address"
        assert server.connections == 0


def test_a_method_that_is_none_is_not_sent(client: Client) -> None:
    error = failure(lambda: client.request("GET / HTTP/1.1\r\nX: y", "http://127.0.0.1:9/"))
    assert isinstance(error, NotSent) and error.code == "bad_address"


# --- the request went out, and who knows what became of it ---


def after_request(*then: Callable[[Line], None]) -> Script:
    def script(line: Line) -> None:
        line.read_request()
        for act in then:
            act(line)

    return script


def says(text: str | bytes) -> Callable[[Line], None]:
    return lambda line: line.say(text)


def cut(line: Line) -> None:
    line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    line.sock.close()


def wait(line: Line) -> None:
    line.over.wait()


HEAD = "HTTP/1.1 200 OK\r\n"
CHUNKED = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "then",
    [
        (wait,),
        (says(HEAD), wait),
        (lambda line: line.drip("H"),),
        (says(HEAD), lambda line: line.drip("X-Slow: 1\r\n")),
        (lambda line: line.drip("HTTP/1.1 100 Continue\r\n\r\n"),),
        (says(f"{HEAD}Content-Length: 1000\r\n\r\n"), lambda line: line.drip("x")),
        (says(f"{HEAD}\r\n"), lambda line: line.drip("x")),
        (says(CHUNKED), lambda line: line.drip("1\r\nx\r\n")),
        (says(CHUNKED), lambda line: line.drip("0")),
        (says(f"{CHUNKED}0\r\n"), lambda line: line.drip("X: y\r\n")),
    ],
    ids=["silence", "half a head", "status", "headers", "continue", "body", "endless", "chunks", "size", "trailers"],
)
def test_however_slowly_it_comes_the_whole_request_has_one_time(
    client: Client, then: tuple[Callable[[Line], None], ...]
) -> None:
    with serving(after_request(*then)) as server:
        started = time.monotonic()
        error = failure(lambda: ask(client, server, seconds=QUICK))
        assert isinstance(error, Unanswered) and error.code == "too_slow"
        assert QUICK <= time.monotonic() - started < QUICK + 3


def test_a_server_that_does_not_read_is_given_up(client: Client) -> None:
    with serving(wait) as server:
        url = f"http://127.0.0.1:{server.port}/{SECRET}"
        error = failure(lambda: client.request("POST", url, body=b"x" * 20_000_000, seconds=QUICK))
    assert isinstance(error, Unanswered) and error.code == "too_slow"


@pytest.mark.parametrize(
    "then",
    [
        (),
        (cut,),
        (says(HEAD), cut),
        (says(f"{HEAD}Content-Length: 10\r\n\r\nhalf"),),
        (says(f"{HEAD}Content-Length: 10\r\n\r\nhalf"), cut),
        (says(f"{CHUNKED}a\r\nhalf"),),
        (says(f"{CHUNKED}zz\r\n"),),
        (says("SSH-2.0-OpenSSH_9.6\r\n\r\n"),),
        (says("HTTP/1.1 abc OK\r\n\r\n"),),
        (says(b"\x15\x03\x01\x00\x02\x02\x16"),),
        (says("HTTP/1.1 101 Switching Protocols\r\n\r\n"),),
        (says(HEAD + "X: y\r\n" * 200 + "\r\n"),),
        (says(HEAD + "X: " + "y" * 70_000 + "\r\n\r\n"),),
    ],
)
def test_half_an_answer_is_none(client: Client, then: tuple[Callable[[Line], None], ...]) -> None:
    with serving(after_request(*then)) as server:
        error = failure(lambda: ask(client, server))
        assert isinstance(error, Unanswered) and error.code == "cut_off"
        assert len(server.requests) == 1


ANSWERS = [
    whole(Content_Type="text/plain", Set_Cookie="a=b"),
    f"{CHUNKED}5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n" + whole("404 Not Found", ""),
    "HTTP/1.0 200\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: -1\r\n continued\r\n\r\nrest",
]
SPOILT = st.builds(
    lambda answer, at, junk, cut: answer[:at] + junk + answer[at + cut :],
    st.sampled_from([answer.encode() for answer in ANSWERS]),
    st.integers(0, 120),
    st.one_of(st.binary(max_size=8), st.sampled_from([b"\r\n", b"\n", b":", b"\x00", b"-1", b"f" * 30, b"9" * 5000])),
    st.integers(0, 20),
)


def test_no_junk_of_a_server_ends_in_anything_but_an_answer_or_none() -> None:
    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(raw=st.one_of(SPOILT, st.binary(max_size=200)))
    def holds(raw: bytes) -> None:
        ours, theirs = socket.socketpair()
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        with ours, theirs:
            try:
                answer, _again = _exchange(Wire(ours, time.monotonic() + 5), "GET", b"GET / HTTP/1.1\r\n\r\n", 1000)
            except Unanswered as error:
                assert error.code in ("cut_off", "too_large", "packed")
            else:
                assert answer.status >= 200 and len(answer.body) <= 1000

    holds()


def flood(line: Line) -> None:
    while True:
        line.say("10000\r\n" + "x" * 0x10000 + "\r\n")


@pytest.mark.parametrize(
    "then",
    [
        (says(f"{HEAD}Content-Length: 10000000\r\n\r\n"), wait),
        (says(f"{HEAD}\r\n"), flood),
        (says(CHUNKED), flood),
        (says(f"{CHUNKED}fffffffff\r\n"), flood),
    ],
    ids=["announced", "until closed", "chunks", "one chunk"],
)
def test_no_more_is_read_than_was_agreed(client: Client, then: tuple[Callable[[Line], None], ...]) -> None:
    with serving(after_request(*then)) as server:
        error = failure(lambda: ask(client, server, at_most=100_000))
        assert isinstance(error, Unanswered) and error.code == "too_large"


def test_exactly_as_much_as_was_agreed_is_read(client: Client) -> None:
    with serving(answering(whole(body="x" * 1000))) as server:
        assert len(ask(client, server, at_most=1000).body) == 1000
        assert isinstance(failure(lambda: ask(client, server, at_most=999)), Unanswered)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-gzip", "identity, gzip"])
def test_nothing_is_unpacked(client: Client, encoding: str) -> None:
    bomb = gzip.compress(b"0" * 1_000_000)
    head = f"{HEAD}Content-Length: {len(bomb)}\r\nContent-Encoding: {encoding}\r\n\r\n".encode()
    with serving(after_request(says(head + bomb))) as server:
        error = failure(lambda: ask(client, server))
    assert isinstance(error, Unanswered) and error.code == "packed"


# --- mail ---


def test_a_mail_server_is_reached_under_the_same_rules(client: Client) -> None:
    def greet(line: Line) -> None:
        line.say("220 mail.example.com\r\n")
        line.over.wait()

    with serving(greet) as server:
        with client.connect("127.0.0.1", server.port, seconds=2) as sock:
            assert sock.recv(100) == b"220 mail.example.com\r\n"
            assert 0 < (sock.gettimeout() or 0) <= 2
        with pytest.raises(NotSent, match="bad_address"):
            Client(allowed=["10.0.0.0/8"]).connect("93.184.216.34", server.port)


@pytest.mark.parametrize("host", ["", "a b", "x@y", "http://mail.example.com", "mail.example.com:993", "a..b", "\x00"])
def test_what_is_no_name_of_a_mail_server_is_refused(client: Client, host: str) -> None:
    error = failure(lambda: client.connect(host, 993))
    assert isinstance(error, NotSent) and error.code == "bad_address"
