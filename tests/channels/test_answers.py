"""What follows from a status, and what is kept of the platform's words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autoresponder.channels.answers import detail, raise_for, retry_after
from autoresponder.channels.errors import ChannelDown, MaybeSent, Refused, SendError, TryAgain, Unreachable
from autoresponder.net.client import Answer

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def answer(status: int, body: str = "", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body.encode())


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        *[(status, TryAgain, "busy") for status in (408, 425, 429, 502, 503, 504)],
        *[(status, MaybeSent, "unsure") for status in (500, 501, 505, 520, 599)],
        *[(status, Refused, "refused") for status in (301, 302, 304, 308, 400, 402, 404, 405, 409, 413, 422, 451)],
        (401, ChannelDown, "token"),
        (403, ChannelDown, "permission"),
        (410, Unreachable, "gone"),
    ],
)
def test_each_status_means_one_thing(status: int, error: type[SendError], code: str) -> None:
    with pytest.raises(error) as raised:
        raise_for(answer(status, "why"))
    assert (raised.value.code, raised.value.detail) == (code, f"{status} why")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_success_is_silent(status: int) -> None:
    raise_for(answer(status))


@pytest.mark.parametrize("status", [500, 501, 505, 520])
def test_with_a_key_a_broken_platform_may_be_asked_again(status: int) -> None:
    with pytest.raises(TryAgain):
        raise_for(answer(status), keyed=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("86400", 3600.0),
        ("9" * 5_000, 3600.0),
        ("Mon, 23 Nov 2026 01:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 10:00:30 +0900", 30.0),
        ("Mon, 23 Nov 2026 00:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 01:00:00 GMT", 3600.0),
        *[(odd, None) for odd in ("", "-5", "soon", "1.5", "٣", "Mon, 99 Nov 2026 99:00:00 GMT", "\x00")],
    ],
)
def test_a_platform_says_how_long_to_wait_in_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(answer(429, retry_after=value), NOW) == seconds


def test_the_wait_reaches_who_sends() -> None:
    for status in (429, 503):
        with pytest.raises(TryAgain) as raised:
            raise_for(answer(status, retry_after="7"))
        assert raised.value.retry_after == 7.0


def test_of_the_words_one_short_line_is_kept() -> None:
    assert detail(answer(400, "가\r\nSet-Cookie: x\x00\u202e  나")) == "400 가 Set-Cookie: x 나"
    assert len(detail(answer(400, "x" * 1_000_000))) == 200
    assert detail(answer(500)) == "500"
    assert detail(answer(400, '{"message": "no"}'), "no") == "400 no"
    assert detail(Answer(400, {}, "가".encode()[:2])) == "400 �"
