"""E-mail over real IMAP and SMTP, to a mail company on the loopback."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autoresponder.channels.base import Notice, Outgoing
from autoresponder.channels.email import Email
from autoresponder.channels.errors import (
    ChannelDown,
    MaybeSent,
    NotAccepted,
    Refused,
    SendError,
    TryAgain,
    Unreachable,
)
from autoresponder.channels.mail import loop, providers, read, smtp
from autoresponder.channels.mail.account import account
from autoresponder.channels.mail.imap import BEGINNING, MAILS
from autoresponder.channels.mail.letter import Letter
from autoresponder.channels.mail.write import Written
from autoresponder.engine.types import Incoming
from autoresponder.net import wire
from autoresponder.net.client import Client, NotSent
from tests.channels import contract
from tests.channels.mails import raw
from tests.platforms.email import Email as Dialect
from tests.platforms.mailbox import HOST, servers
from tests.platforms.server import Platforms

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
AUTOMATIC = {"message_id": "q1@example.net", "references": "q1@example.net", "subject": "배송 문의"}
KEY = "11111111-2222-4333-8444-555555555555"


class TestEmailSends(contract.SendContract):
    kind = "email"
    customer = "customer@example.net"

    @pytest.fixture(autouse=True)
    def company(self, mail: Dialect) -> None:
        self.secrets: Mapping[str, str] = mail.secrets()


class TestEmailSendsByStarttls(contract.SendContract):
    kind = "email"
    customer = "customer@example.net"

    @pytest.fixture(autouse=True)
    def company(self, mail: Dialect, starttls: None) -> None:
        self.secrets: Mapping[str, str] = mail.secrets(clear=True)


@pytest.fixture
def starttls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ports of the loopback company that begin in the clear, taken for 587 and 143."""
    clear = frozenset({servers().smtp_clear, servers().imap_clear})
    for module in ("line", "smtp", "imap"):
        monkeypatch.setattr(f"autoresponder.channels.mail.{module}.STARTTLS", providers.STARTTLS | clear)


def send(mail: Dialect, net: Client, reply_to: Mapping[str, Any] = AUTOMATIC, **secrets: str) -> str:
    outgoing = Outgoing(
        {"text": "네, 오늘 출발해요."}, "customer@example.net", NOW, reply_to, KEY, by_person=not reply_to
    )
    return Email().send(outgoing, {**mail.secrets(), **secrets}, net)


def test_what_is_sent_is_known_again(mail: Dialect, platforms: Platforms) -> None:
    known = send(mail, platforms.client)
    ((sender, to, data),) = mail.company.taken
    assert (sender, to) == ("", "customer@example.net")
    assert Letter(data).message_id == known
    assert loop.is_ours(Letter(data), "sample-mail-key")
    assert send(mail, platforms.client) == known


def test_a_person_has_a_sender_to_bounce_to(mail: Dialect, platforms: Platforms) -> None:
    send(mail, platforms.client, reply_to={})
    assert mail.company.taken[0][0] == "shop@example.com"


def test_a_server_that_wants_a_sender_gets_one(mail: Dialect, platforms: Platforms) -> None:
    mail.company.null_sender = False
    send(mail, platforms.client)
    assert [sender for sender, _, _ in mail.company.taken] == ["shop@example.com"]


def test_lines_arrive_as_lines_and_dots_as_dots(mail: Dialect, platforms: Platforms) -> None:
    outgoing = Outgoing({"text": "첫 줄\n\n셋째 줄"}, "customer@example.net", NOW, {}, KEY, by_person=True)
    Email().send(outgoing, mail.secrets(), platforms.client)
    assert [said.text.splitlines() for said in mail.accepted] == [["첫 줄", "", "셋째 줄"]]
    dotted = Written("customer@example.net", "a@b", b"Subject: x\r\n\r\n.\r\n..two\r\n.", automatic=False)
    smtp.deliver(dotted, account(mail.secrets()), platforms.client, 5)
    assert mail.company.taken[1][2] == dotted.raw + b"\r\n"


# Step, what happens there, and what it must be taken for. Nothing was accepted in any of these cases.
BROKEN: list[tuple[str, str, type[SendError], str]] = [
    ("greeting", "421 4.3.2 too busy", TryAgain, "busy"),
    ("greeting", "554 5.3.2 no service", TryAgain, "busy"),
    ("greeting", "cut", TryAgain, "unreachable"),
    ("EHLO", "cut", TryAgain, "unreachable"),
    ("AUTH", "535 5.7.8 Username and Password not accepted", ChannelDown, "token"),
    ("AUTH", "534 5.7.9 Application-specific password required", ChannelDown, "token"),
    ("AUTH", "454 4.7.0 Temporary authentication failure", TryAgain, "busy"),
    ("AUTH", "cut", TryAgain, "unreachable"),
    ("MAIL", "530 5.7.0 Authentication Required", ChannelDown, "token"),
    ("MAIL", "421 4.7.0 Try again later", TryAgain, "busy"),
    ("MAIL", "550 5.4.5 Daily user sending limit exceeded", TryAgain, "quota"),
    ("MAIL", "554 5.7.0 Your account has been suspended", ChannelDown, "suspended"),
    ("MAIL", "cut", TryAgain, "unreachable"),
    ("RCPT", "550 5.1.1 user unknown", Unreachable, "gone"),
    ("RCPT", "553 no such mailbox", Unreachable, "gone"),
    ("RCPT", "550 5.7.1 relaying denied", Refused, "refused"),
    ("RCPT", "452 4.2.2 mailbox full", TryAgain, "busy"),
    ("RCPT", "552 5.2.2 mailbox full", Refused, "refused"),
    ("RCPT", "cut", TryAgain, "unreachable"),
    ("DATA", "554 5.5.1 no", Refused, "refused"),
    ("DATA", "451 4.3.0 later", TryAgain, "busy"),
    ("DATA", "cut", TryAgain, "unreachable"),
    ("content", "554 5.7.1 spam", Refused, "refused"),
    ("content", "550 not wanted here", Refused, "refused"),
    ("MAIL", "550 not your address", Refused, "refused"),
    ("content", "451 4.7.1 greylisted", TryAgain, "busy"),
    ("content", "450 4.2.1 sending limit", TryAgain, "quota"),
]


@pytest.mark.parametrize(("step", "how", "kind", "code"), BROKEN)
def test_each_step_of_sending_can_fail(
    mail: Dialect, platforms: Platforms, step: str, how: str, kind: type[SendError], code: str
) -> None:
    mail.company.spoilt = {step: how}
    with pytest.raises(SendError) as failure:
        send(mail, platforms.client)
    assert (type(failure.value), failure.value.code) == (kind, code)
    assert mail.company.taken == []
    assert mail.company.password not in f"{failure.value!r} {failure.value.detail}"


@pytest.mark.parametrize("how", ["cut", "hang", "endless"])
def test_after_the_last_dot_nobody_knows(mail: Dialect, platforms: Platforms, how: str) -> None:
    platforms.patience = 0.2
    mail.company.spoilt = {"content": how}
    with pytest.raises(MaybeSent):
        send(mail, platforms.client)
    assert len(mail.company.taken) == 1


@pytest.mark.parametrize("step", ["greeting", "AUTH", "DATA"])
@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_server_that_hangs_or_drips_is_left_in_time(mail: Dialect, platforms: Platforms, step: str, how: str) -> None:
    platforms.patience = 0.15
    mail.company.spoilt = {step: how}
    started = time.perf_counter()
    with pytest.raises((TryAgain, NotSent)):
        send(mail, platforms.client)
    assert time.perf_counter() - started < 5


def test_a_farewell_that_never_comes_changes_nothing(mail: Dialect, platforms: Platforms) -> None:
    mail.company.spoilt = {"QUIT": "hang", "LOGOUT": "hang"}
    started = time.perf_counter()
    assert send(mail, platforms.client)
    assert time.perf_counter() - started < 4


def test_nothing_is_said_to_a_server_that_cannot_prove_its_name(
    mail: Dialect, platforms: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = mail.secrets()
    monkeypatch.undo()
    wire.trust.cache_clear()
    with pytest.raises(NotSent):
        send(mail, platforms.client, **secrets)
    with pytest.raises(TryAgain):
        Email().poll(secrets, {}, platforms.client, NOW)
    assert mail.company.said == []


def test_no_password_is_said_in_the_clear(mail: Dialect, platforms: Platforms, starttls: None) -> None:
    secrets = mail.secrets(clear=True)
    mail.company.spoilt = {"STARTTLS": "502 5.5.1 not here"}
    with pytest.raises(SendError):
        send(mail, platforms.client, **secrets)
    mail.company.spoilt = {"STARTTLS": "BAD not here"}
    with pytest.raises(SendError):
        Email().poll(secrets, {}, platforms.client, NOW)
    assert not any("AUTH" in line or "LOGIN" in line for line in mail.company.said)


def test_a_private_address_is_not_visited(mail: Dialect) -> None:
    guarded = Client(seconds=1)
    with pytest.raises(NotSent) as failure:
        send(mail, guarded, smtp_host=f"{HOST}:465")
    assert failure.value.code == "inside"
    with pytest.raises(ChannelDown) as down:
        Email().poll({**mail.secrets(), "imap_host": "169.254.169.254"}, {}, guarded, NOW)
    assert down.value.code == "inside"
    with pytest.raises(NotAccepted) as refused:
        Email().check({**mail.secrets(), "imap_host": "10.0.0.1"}, guarded)
    assert (refused.value.code, refused.value.field) == ("inside", "imap_host")


# --- looking into the mailbox ---


def begun(mail: Dialect, net: Client) -> dict[str, Any]:
    first = Email().poll(mail.secrets(), {}, net, NOW)
    assert first.events == []
    return dict(first.cursor)


def look(mail: Dialect, net: Client, cursor: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    polled = Email().poll(mail.secrets(), cursor, net, NOW)
    return list(polled.events), dict(polled.cursor)


def put(mail: Dialect, number: int, body: str = "배송 언제 오나요?", at: datetime = NOW, **headers: str | None) -> None:
    mail.company.inbox.put(raw(body, **{"Message_ID": f"<m{number}@example.net>", **headers}), at)


def ids(events: list[Any]) -> list[str]:
    return [event.event_id for event in events]


@pytest.mark.parametrize("tells_uidnext", [True, False])
def test_nothing_old_is_answered_and_everything_new_comes_once(
    mail: Dialect, platforms: Platforms, tells_uidnext: bool
) -> None:
    mail.company.tells_uidnext = tells_uidnext
    put(mail, 1)
    cursor = begun(mail, platforms.client)
    put(mail, 2)
    put(mail, 3, at=NOW - timedelta(minutes=1))
    events, cursor = look(mail, platforms.client, cursor)
    assert ids(events) == ["m2@example.net", "m3@example.net"]
    assert events[1].at == NOW - timedelta(minutes=1)
    assert events[0].text == "배송 문의\n배송 언제 오나요?"
    assert look(mail, platforms.client, cursor)[0] == []


def test_an_empty_mailbox_is_a_beginning_too(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    put(mail, 1)
    assert ids(look(mail, platforms.client, cursor)[0]) == ["m1@example.net"]


def test_the_sellers_mailbox_stays_as_it_was(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    put(mail, 1)
    look(mail, platforms.client, cursor)
    assert not mail.company.inbox.mails[0].seen
    assert not any("SELECT" in line or "STORE" in line for line in mail.company.said)


def test_renumbered_mail_is_looked_at_again_by_its_date(mail: Dialect, platforms: Platforms) -> None:
    put(mail, 1, at=NOW - timedelta(days=3))
    put(mail, 2, at=NOW - timedelta(hours=2))
    cursor = begun(mail, platforms.client)
    mail.company.inbox.validity = 8
    put(mail, 3)
    events, cursor = look(mail, platforms.client, cursor)
    # The second one is known by its id to whoever stores it.
    assert ids(events) == ["m2@example.net", "m3@example.net"]
    assert look(mail, platforms.client, cursor)[0] == []


def test_another_mailbox_begins_anew(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    put(mail, 1)
    mail.company.inbox.validity = 9
    mail.company.user = "other@example.com"
    assert look(mail, platforms.client, cursor)[0] == []


def test_mail_older_than_a_day_is_left_out_by_either_date(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    put(mail, 1, at=NOW - timedelta(hours=25))
    put(mail, 2, Date="Mon, 02 Nov 2026 10:00:00 +0900")
    put(mail, 3, at=NOW - timedelta(hours=23))
    assert ids(look(mail, platforms.client, cursor)[0]) == ["m3@example.net"]


def test_a_flood_comes_in_portions(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    for number in range(MAILS + 3):
        put(mail, number)
    first, cursor = look(mail, platforms.client, cursor)
    rest, cursor = look(mail, platforms.client, cursor)
    assert ids(first + rest) == [f"m{number}@example.net" for number in range(MAILS + 3)]
    assert len(first) == MAILS


def test_of_a_large_mail_the_beginning_is_read(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    words = "--b\nContent-Type: text/plain; charset=utf-8\n\n깨졌어요\n"
    body = f"{words}--b\nContent-Type: image/jpeg\n\n{'/9j/' * BEGINNING}\n--b--"
    put(mail, 1, body, Content_Type='multipart/mixed; boundary="b"')
    ((event,), _) = look(mail, platforms.client, cursor)
    assert event.text == "배송 문의\n깨졌어요"


def test_a_mail_that_breaks_us_does_not_stand_in_the_way(
    mail: Dialect, platforms: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = read.received

    def broken(letter: Letter, *rest: Any) -> Any:
        if letter.message_id == "m1@example.net":
            raise ZeroDivisionError
        return real(letter, *rest)

    monkeypatch.setattr(read, "received", broken)
    cursor = begun(mail, platforms.client)
    put(mail, 1)
    put(mail, 2)
    assert ids(look(mail, platforms.client, cursor)[0]) == ["m2@example.net"]


def test_an_answer_typed_in_the_mailbox_comes_before_what_it_answers(mail: Dialect, platforms: Platforms) -> None:
    cursor = begun(mail, platforms.client)
    send(mail, platforms.client)
    put(mail, 1)
    # Gmail keeps what we sent in the same folder.
    mail.company.outbox.put(mail.company.taken[0][2], NOW)
    headers = {"From": "shop@example.com", "To": "customer@example.net", "In_Reply_To": "<m1@example.net>"}
    mail.company.outbox.put(raw("제가 볼게요", Message_ID="<s1@example.com>", **headers), NOW)
    (by_hand, asked), cursor = look(mail, platforms.client, cursor)
    assert by_hand == Notice("person_answered", "customer@example.net", "제가 볼게요", "s1@example.com", at=NOW)
    assert isinstance(asked, Incoming)
    assert look(mail, platforms.client, cursor)[0] == []


def test_a_sent_folder_is_found_by_its_korean_name_and_not_needed(mail: Dialect, platforms: Platforms) -> None:
    folders = mail.company.folders
    folders['"&vPSwuLpUx3zVaA-"'] = folders.pop('"Sent Mail"')  # 보낸메일함
    folders['"&vPSwuLpUx3zVaA-"'].flags = ""
    assert begun(mail, platforms.client)["folder"] == '"&vPSwuLpUx3zVaA-"'
    del folders['"&vPSwuLpUx3zVaA-"']
    cursor = begun(mail, platforms.client)
    assert cursor.keys() == {"of", "inbox"}
    put(mail, 1)
    assert len(look(mail, platforms.client, cursor)[0]) == 1
    # One that has gone since is looked for again.
    events, after = look(mail, platforms.client, {**cursor, "folder": "Gone", "sent": {"validity": 1, "uid": 1}})
    assert (len(events), after.keys()) == (1, {"of", "inbox"})


POLL_BROKEN: list[tuple[str, str, type[SendError], str]] = [
    ("greeting", "cut", TryAgain, "unreachable"),
    ("greeting", "BYE too many", TryAgain, "unreachable"),
    ("LOGIN", "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", ChannelDown, "token"),
    ("LOGIN", "NO [ALERT] Application-specific password required: https://…", ChannelDown, "token"),
    ("LOGIN", "NO [ALERT] Your account is not enabled for IMAP use.", ChannelDown, "permission"),
    ("LOGIN", "NO IMAP 사용 설정을 확인해 주세요", ChannelDown, "permission"),
    ("LOGIN", "NO [UNAVAILABLE] later", TryAgain, "busy"),
    ("LOGIN", "NO [ALERT] Too many simultaneous connections. (Failure)", TryAgain, "busy"),
    ("LOGIN", "BAD abcd-efgh-ijkl-mnop is no password", ChannelDown, "token"),
    ("LOGIN", "cut", TryAgain, "unreachable"),
    ("EXAMINE", "NO not now", TryAgain, "unreachable"),
    ("SEARCH", "NO not now", TryAgain, "unreachable"),
    ("SEARCH", "cut", TryAgain, "unreachable"),
    ("FETCH", "cut", TryAgain, "unreachable"),
    ("FETCH", "* 1 FETCH (UID 1 BODY[]<0> {99999999999999}", TryAgain, "unreachable"),
]


@pytest.mark.parametrize(("step", "how", "kind", "code"), POLL_BROKEN)
def test_each_step_of_looking_can_fail(
    mail: Dialect, platforms: Platforms, step: str, how: str, kind: type[SendError], code: str
) -> None:
    cursor = begun(mail, platforms.client)
    put(mail, 1)
    mail.company.spoilt = {step: how}
    with pytest.raises(SendError) as failure:
        look(mail, platforms.client, cursor)
    assert (type(failure.value), failure.value.code) == (kind, code)
    assert mail.company.password not in f"{failure.value!r} {failure.value.detail}"


@pytest.mark.parametrize("step", ["greeting", "LOGIN", "FETCH"])
@pytest.mark.parametrize("how", ["hang", "drip", "endless"])
def test_a_mailbox_that_hangs_drips_or_never_ends_is_left_in_time(
    mail: Dialect, platforms: Platforms, step: str, how: str
) -> None:
    cursor = begun(mail, platforms.client)
    del cursor["folder"]
    put(mail, 1)
    platforms.patience = 0.1
    mail.company.spoilt = {step: how}
    started = time.perf_counter()
    with pytest.raises(TryAgain):
        look(mail, platforms.client, cursor)
    assert time.perf_counter() - started < 5


# --- checking what the seller entered ---


def refused(mail: Dialect, platforms: Platforms, **values: str) -> NotAccepted:
    with pytest.raises(NotAccepted) as refusal:
        Email().check({**mail.secrets(), **values}, platforms.client)
    assert mail.company.password not in f"{refusal.value!r} {refusal.value.detail}"
    return refusal.value


@pytest.mark.parametrize("clear", [False, True])
def test_what_works_is_accepted_and_no_mail_is_sent(
    mail: Dialect, platforms: Platforms, starttls: None, clear: bool
) -> None:
    told = Email().check(mail.secrets(clear=clear), platforms.client)
    assert told == {"name": "shop@example.com", "user": "shop@example.com"}
    assert mail.company.taken == []


def test_a_company_that_knows_its_people_by_half_their_address(mail: Dialect, platforms: Platforms) -> None:
    secrets = mail.secrets()
    mail.company.user = "shop"
    told = Email().check(secrets, platforms.client)
    assert told["user"] == "shop"
    assert Email().poll({**secrets, **told}, {}, platforms.client, NOW).events == []
    # What was found for one address says nothing of the next.
    mail.company.user = "other@example.com"
    again = Email().check({**secrets, **told, "address": "other@example.com"}, platforms.client)
    assert again["user"] == "other@example.com"


def test_a_wrong_password_is_told_with_the_hint_that_helps(mail: Dialect, platforms: Platforms) -> None:
    error = refused(mail, platforms, password="wrong-password")
    assert (error.code, error.field) == ("token", "password")
    assert "Invalid credentials" in error.detail
    error = refused(mail, platforms, password="wrong-password", address="shop@naver.com")
    assert (error.code, error.field) == ("app_password", "password")
    for odd in ("비밀번호", 'a"b\\c', "a\r\nb"):
        assert refused(mail, platforms, password=odd).code == "token"


@pytest.mark.parametrize(
    ("spoilt", "code", "field"),
    [
        ({"LOGIN": "NO [ALERT] Your account is not enabled for IMAP use. Please visit"}, "switched_off", "address"),
        ({"LOGIN": "NO [UNAVAILABLE] later"}, "busy", ""),
        ({"greeting": "cut"}, "unreachable", "imap_host"),
        ({"EXAMINE": "NO no"}, "unreachable", "imap_host"),
        ({"AUTH": "535 5.7.8 not accepted"}, "token", "password"),
        ({"EHLO": "cut"}, "unreachable", "smtp_host"),
    ],
)
def test_what_does_not_work_is_told_apart(
    mail: Dialect, platforms: Platforms, spoilt: dict[str, str], code: str, field: str
) -> None:
    mail.company.spoilt = spoilt
    error = refused(mail, platforms)
    assert (error.code, error.field) == (code, field)


def test_a_server_that_is_not_there(mail: Dialect, platforms: Platforms) -> None:
    assert (refused(mail, platforms, imap_host="").code, refused(mail, platforms, smtp_host="").field) == (
        "not_found",
        "smtp_host",
    )
    error = refused(mail, platforms, imap_host=f"{HOST}:1")
    assert (error.code, error.field) == ("not_found", "imap_host")


def test_a_company_without_passwords_is_told_before_anything_is_tried(mail: Dialect, platforms: Platforms) -> None:
    error = refused(mail, platforms, address="shop@outlook.com", imap_host="")
    assert (error.code, error.field) == ("no_passwords", "address")
    assert mail.company.said == []


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("a@naver.com", ("imap.naver.com", 993), ("smtp.naver.com", 465)),
        ("a@Hanmail.net", ("imap.daum.net", 993), ("smtp.daum.net", 465)),
        ("a@gmail.com", ("imap.gmail.com", 993), ("smtp.gmail.com", 465)),
        ("a@icloud.com", ("imap.mail.me.com", 993), ("smtp.mail.me.com", 587)),
    ],
)
def test_known_companies_need_no_servers(address: str, imap: tuple[str, int], smtp: tuple[str, int]) -> None:
    known = providers.of(address)
    assert known
    assert providers.place("", known.imap, 993) == imap
    assert providers.place("", known.smtp, 465) == smtp
    assert providers.place("mail.example.com:587", known.smtp, 465) == ("mail.example.com", 587)


def test_one_mailbox_is_one_shops() -> None:
    assert Email().account_of({"address": " Shop@Naver.com "}) == "shop@naver.com"
