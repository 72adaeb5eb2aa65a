"""What the mails of the world mean, and what ours look like. The network: test_email_network.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from autoresponder.channels.base import Notice, Outgoing, Payload, Request
from autoresponder.channels.email import Email
from autoresponder.channels.errors import BadRequest, BadSignature, Refused
from autoresponder.channels.fit import size
from autoresponder.channels.mail import loop, manners, read
from autoresponder.channels.mail.letter import Letter
from autoresponder.channels.mail.write import compose
from autoresponder.engine.types import Incoming, Reply
from tests.channels import contract, hostile
from tests.channels.mails import HUMAN, OWN, letter, raw

KEY = "11111111-2222-4333-8444-555555555555"
VECTORS = json.loads((contract.folder("email") / "vectors.json").read_text())


class TestEmailContract(contract.RenderContract):
    kind = "email"

    def assert_legal(self, payload: Payload) -> None:
        assert payload.keys() == {"text"}
        assert size(payload["text"], Email.limits.unit) <= Email.limits.text

    def said(self, payload: Payload) -> list[str]:
        return [payload["text"]]

    def test_every_payload_file_means_what_the_index_says(self) -> None:
        """Mails are fetched, so they are read past `parse`."""
        for entry in contract.files("email"):
            content = json.loads((contract.folder("email") / entry["file"]).read_text())
            if "renders" in entry:
                assert self.channel.render([contract.reply(said) for said in entry["renders"]]) == content
            else:
                found = read.received(Letter(content["raw"].encode()), OWN)
                assert [found] * (found is not None) == [contract.event(each) for each in entry["reads"]], entry["file"]


def received(body: str | bytes = "배송 언제 오나요?", **headers: str | None) -> Incoming:
    event = read.received(letter(body, **headers), OWN)
    assert isinstance(event, Incoming)
    return event


def outgoing(text: str = "네, 오늘 출발해요.", reply_to: Mapping[str, Any] | None = None, **more: Any) -> Outgoing:
    answers = received().reply_to if reply_to is None else reply_to
    to = more.pop("to", "customer@example.net")
    return Outgoing({"text": text}, to, contract.NOW, answers, KEY, **more)


def composed(*args: Any, **more: Any) -> EmailMessage:
    written = compose(outgoing(*args, **more), OWN.address, "오후의 서랍", OWN.key)
    mail = message_from_bytes(written.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


# --- manners ---

# Each reason on a mail that is a human's in all else; then what a human's mail may well have.
MANNERS: list[tuple[str, dict[str, str | None]]] = [
    ("null_path", {"Return_Path": "<>"}),
    ("null_path", {"Return_Path": ""}),
    ("report", {"Content_Type": 'multipart/report; report-type=disposition-notification; boundary="b"'}),
    ("automatic", {"Auto_Submitted": "auto-generated"}),
    ("automatic", {"Auto_Submitted": "auto-replied (vacation)"}),
    ("automatic", {"Auto_Submitted": "Auto-Notified; owner-email=a@example.org"}),
    ("automatic", {"auto_submitted": "(why) whatever"}),
    ("automatic", {"X_Autoreply": "yes"}),
    ("automatic", {"X_Autorespond": "부재중"}),
    ("automatic", {"X_Autoreply_From": "a@example.org"}),
    ("list", {"List_Id": "<deals.example.org>"}),
    ("list", {"List_Unsubscribe": "<mailto:leave@example.org>"}),
    ("list", {"List_Post": "NO"}),
    ("list", {"List_Archive": "<https://example.org>"}),
    ("bulk", {"Precedence": "bulk"}),
    ("bulk", {"Precedence": "List"}),
    ("bulk", {"Precedence": "auto_reply"}),
    ("suppressed", {"X_Auto_Response_Suppress": "All"}),
    ("suppressed", {"X_Auto_Response_Suppress": "DR, OOF,\r\n AutoReply"}),
    ("no_person", {"From": "MAILER-DAEMON@mx.example.com"}),
    ("no_person", {"From": "Shop <no-reply@example.com>"}),
    ("no_person", {"From": "news_noreply@example.com"}),
    ("no_person", {"From": "donotreply@example.com"}),
    ("no_person", {"From": "a@example.com", "Reply_To": "noreply@example.com"}),
    ("no_person", {"Return_Path": "<bounces+12=a@example.com>"}),
    ("no_person", {"From": "owner-list@example.com"}),
    ("no_person", {"From": "list-request@example.com"}),
    ("no_person", {"From": "postmaster@example.com"}),
    ("spam", {"X_Spam_Flag": "YES"}),
    ("spam", {"X_Spam_Status": "Yes, score=9.1"}),
    ("", {}),
    ("", {"Return_Path": None}),
    ("", {"Auto_Submitted": "no"}),
    ("", {"Auto_Submitted": "No (written by hand)"}),
    ("", {"Precedence": "first-class"}),
    ("", {"X_Auto_Response_Suppress": "DR, RN, NRN"}),
    ("", {"X_Autoreply": "no"}),
    ("", {"X_Spam_Flag": "NO", "X_Spam_Status": "No, score=-1"}),
    ("", {"From": "Norep Lyman <norep.lyman@example.com>"}),
    ("", {"From": "shop-owner@example.net"}),
    ("", {"From": "mybouncecastle@example.net"}),
    ("", {"Subject": "Auto: out of office? unsubscribe bounce"}),
    # The first reason counts.
    ("null_path", {"Return_Path": "<>", "Auto_Submitted": "auto-replied", "Precedence": "bulk"}),
    ("automatic", {"Auto_Submitted": "auto-replied", "List_Id": "<a>"}),
]


@pytest.mark.parametrize(("reason", "headers"), MANNERS, ids=lambda value: str(value)[:60])
def test_manners(reason: str, headers: dict[str, str | None]) -> None:
    assert manners.why_not(letter(**headers)) == reason


def test_every_reason_is_in_the_table() -> None:
    assert {reason for reason, _ in MANNERS} == {"", "suppressed"} | manners.OF_A_MACHINE


def test_what_no_machine_may_answer_is_kept_and_only_a_person_is_waited_for_by_people() -> None:
    newsletter, colleague = received(List_Id="<deals>"), received(X_Auto_Response_Suppress="All")
    assert (newsletter.unanswerable, newsletter.with_person) == ("list", True)
    assert (colleague.unanswerable, colleague.with_person) == ("suppressed", False)
    assert received().unanswerable == ""


@pytest.mark.parametrize(
    ("headers", "only_asked"),
    [
        ({}, False),
        ({"To": "Shop <SHOP@example.com>"}, False),
        ({"To": "other@example.org", "Cc": "x@example.org, shop@example.com"}, False),
        ({"To": "other@example.org", "Resent_To": "shop@example.com"}, False),
        ({"To": "friends@example.org"}, True),
        ({"To": "undisclosed-recipients:;"}, True),
        ({"To": None}, True),
    ],
)
def test_who_did_not_write_to_us_gets_no_greeting(headers: dict[str, str | None], only_asked: bool) -> None:
    assert received(**headers).only_asked is only_asked


def test_the_shop_may_want_only_rules_to_answer() -> None:
    event = read.received(letter(), OWN._replace(only_asked=True))
    assert isinstance(event, Incoming)
    assert event.only_asked


# --- loops ---


def test_the_tag_is_the_documented_one() -> None:
    number = VECTORS["conversation"]
    assert (
        f"<{loop.message_id(VECTORS['key'], number, VECTORS['answered'], 'shop.example.com')}>" == VECTORS["message_id"]
    )


def test_our_own_mail_come_back_is_nothing() -> None:
    back = Letter(compose(outgoing(), "shop@example.com", "", OWN.key).raw)
    assert loop.is_ours(back, OWN.key)
    assert read.received(back, OWN._replace(address="other@example.com")) is None
    assert read.received(letter(From="shop@example.com"), OWN) is None
    # A stranger who has seen one of our ids, or made one up, is still a stranger.
    assert not loop.is_ours(back, "another key")
    assert not loop.is_ours(back, "")
    known = loop.message_id(OWN.key, "1", "a@b", "shop.example.com")
    assert not loop.is_ours(letter(Message_ID=f"<{known}>", In_Reply_To="<c@d>"), OWN.key)


def test_two_of_us_answering_each_other_stop_at_once() -> None:
    ours = compose(outgoing(), "shop@example.com", "", OWN.key)
    theirs = read.received(Letter(ours.raw), read.Own("customer@example.net", "another key", only_asked=False))
    assert isinstance(theirs, Incoming)
    assert theirs.unanswerable == "automatic"
    assert theirs.with_person


# --- who, what, when ---


def test_a_customer_is_an_address() -> None:
    event = received(From='"=?utf-8?b?6rmALCDtlZjripg=?=" <Customer.A@Example.NET>')
    assert (event.customer, event.name) == ("customer.a@example.net", "김, 하늘")
    assert received(From="customer@example.net").name == ""


def test_a_form_on_the_shops_site_gives_the_customer_by_reply_to() -> None:
    event = received(From="form@site.example.com", Reply_To="Customer B <b@example.net>")
    assert (event.customer, event.name) == ("b@example.net", "Customer B")
    assert received(Reply_To="b@example.net, c@example.net").customer == "customer@example.net"


@pytest.mark.parametrize(
    "sender", [None, "", "nobody", "undisclosed:;", "a@b@c", "가게@example.com", f"{'a' * 250}@b.example"]
)
def test_whom_nobody_could_answer_is_nobody(sender: str | None) -> None:
    assert read.received(letter(From=sender), OWN) is None


def test_ids_make_events_and_their_lack_does_too() -> None:
    assert received().event_id == "q1@example.net"
    without = received(Message_ID=None)
    assert without.event_id == received(Message_ID=None).event_id
    assert without.event_id != received("다른 말이에요", Message_ID=None).event_id
    assert received(Message_ID=f"<{'x' * 300}@example.net>").event_id.startswith("sha256:")


@pytest.mark.parametrize(
    "date", [None, "", "yesterday", "Wed, 99 Foo 2026 10:00:00 +0900", "Mon, 1 Jan 0001 00:00:00 +2400"]
)
def test_a_nonsense_date_is_none(date: str | None) -> None:
    assert received(Date=date).at is None


def test_when_the_server_got_it_counts_more_than_what_the_sender_says() -> None:
    at = datetime(2026, 11, 25, 2, tzinfo=UTC)
    event = read.received(letter(), OWN, at)
    assert event is not None
    assert event.at == at


def test_a_picture_alone_and_nothing_at_all() -> None:
    picture = 'multipart/mixed; boundary="b"'
    body = "--b\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/\n--b--\n"
    assert (received(body, Content_Type=picture, Subject=None).kind, received("", Subject="Re:").kind) == (
        "image",
        "other",
    )
    assert received(body, Content_Type=picture).text == "배송 문의"


def test_a_thread_keeps_its_first_and_its_last_ids() -> None:
    ids = " ".join(f"<{number:03}.{'x' * 40}@example.net>" for number in range(60))
    kept = received(References=ids).reply_to["references"].split()
    assert len(" ".join(f"<{each}>" for each in kept)) <= 1000
    assert (kept[0][:3], kept[-2][:3], kept[-1]) == ("000", "059", "q1@example.net")
    assert received(References="<가@b> <a\u00e9@b>").reply_to["references"] == "q1@example.net"


# --- bounces ---


def dsn(status: str = "5.1.1", action: str = "failed", original: str = "Message-ID: <auto.1.abc@example.com>") -> bytes:
    body = (
        "--b\nContent-Type: text/plain\n\nsorry\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Original-Recipient: rfc822; Customer@example.net\nFinal-Recipient: rfc822; moved@example.org\n"
        f"Action: {action}\nStatus: {status}\n\n--b\nContent-Type: message/rfc822\n\n{original}\n\nhello\n--b--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return raw(body, Content_Type=kind, Return_Path="<>", From="mailer-daemon@mx.example.com")


@pytest.mark.parametrize(
    ("status", "code"),
    [("5.1.1", "gone"), ("5.2.1", "gone"), ("5.0.0", "gone"), ("5.2.2", "refused"), ("5.7.1", "refused")],
)
def test_a_bounce_tells_which_mail_and_why(status: str, code: str) -> None:
    event = read.received(Letter(dsn(status)), OWN)
    assert isinstance(event, Notice)
    assert (event.what, event.message_id, event.code) == ("failed", "auto.1.abc@example.com", code)
    assert event.customer == "customer@example.net"


def test_delays_successes_and_reports_about_nothing_are_no_events() -> None:
    for mail in (
        dsn(action="delayed", status="4.4.7"),
        dsn(action="delivered"),
        dsn(original="Subject: x"),
        dsn()[:500],
    ):
        assert read.received(Letter(mail), OWN) is None


# --- the seller's own hand ---


def test_an_answer_from_the_mailbox_itself_is_a_persons() -> None:
    mail = letter(
        "네, 됩니다.\n\n> 교환 되나요?",
        From="shop@example.com",
        To="Customer A <Customer@example.net>, shop@example.com",
        In_Reply_To="<q1@example.net>",
        Message_ID="<s1@example.com>",
    )
    (notice,) = read.sent(mail, OWN)
    assert notice.what == "person_answered"
    assert (notice.customer, notice.text, notice.message_id) == (
        "customer@example.net",
        "네, 됩니다.",
        "s1@example.com",
    )


def test_our_own_answers_and_other_business_in_the_sent_folder_are_not() -> None:
    ours = Letter(compose(outgoing(), "shop@example.com", "", OWN.key).raw)
    # Also where the mail company keeps less of the headers than we wrote.
    stripped = Letter(
        b"\r\n".join(line for line in ours.message.as_bytes().splitlines() if not line.startswith((b"Auto-", b"X-")))
    )
    assert stripped.ids("in-reply-to")
    assert not stripped.value("auto-submitted")
    by_inbox = Letter(compose(outgoing(reply_to={}), "shop@example.com", "", OWN.key).raw)
    for mail in (
        ours,
        stripped,
        by_inbox,
        letter(To="supplier@example.org"),
        letter(In_Reply_To="<a@b>", Auto_Submitted="auto-replied"),
    ):
        assert list(read.sent(mail, OWN)) == []


# --- our mails ---


def test_an_automatic_answer_has_all_that_keeps_it_from_being_answered() -> None:
    mail = composed()
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert (mail["In-Reply-To"], mail["References"]) == ("<q1@example.net>", "<q1@example.net>")
    assert (mail["Subject"], mail["To"]) == ("Re: 배송 문의", "customer@example.net")
    assert mail["From"].addresses[0].display_name == "오후의 서랍"
    said = mail.get_content()
    assert said.splitlines()[0] == "네, 오늘 출발해요."
    assert "자동으로 보내 드린 답변" in said
    assert "automatic answer" in composed("It leaves today.").get_content()


def test_a_second_attempt_has_the_same_id() -> None:
    first = compose(outgoing(), OWN.address, "", OWN.key)
    again = compose(outgoing()._replace(now=datetime(2026, 11, 26, tzinfo=UTC)), OWN.address, "", OWN.key)
    assert first.message_id == again.message_id
    assert first.message_id != compose(outgoing()._replace(key="2"), OWN.address, "", OWN.key).message_id


def test_a_persons_words_are_theirs_alone() -> None:
    mail = composed("제가 볼게요.", by_person=True)
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None
    assert mail.get_content().strip() == "제가 볼게요."
    # In the thread of the customer's last mail, where there is one.
    assert mail["In-Reply-To"] == composed()["In-Reply-To"]
    alone = composed("제가 볼게요.", reply_to={}, by_person=True)
    assert alone["In-Reply-To"] is None
    assert alone["Subject"] == "문의하신 내용에 답변드려요"


@pytest.mark.parametrize(
    "subject",
    ["Re: Re: RE: 배송 문의", "답장: 배송 문의", "회신: Re: 배송 문의", "Auto: 배송 문의", "Re[2]: 배송 문의"],
)
def test_prefixes_do_not_pile_up(subject: str) -> None:
    assert composed(reply_to={"message_id": "a@b", "subject": subject})["Subject"] == "Re: 배송 문의"


@pytest.mark.parametrize("bad", ["a@b\r\nBcc: x@example.org", "a@b>\r\nX: y", "a b", "<a@b>", "가@b", 7, None])
def test_nothing_a_stranger_wrote_becomes_a_header(bad: object) -> None:
    mail = composed(
        reply_to={"message_id": bad, "references": f"{bad} ok@b", "subject": f"문의\r\nBcc: {bad}\r\n\r\nhi"}
    )
    assert set(mail.keys()) <= {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "From", "To", "Subject", "Date", "Message-ID"),
        *("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References"),
    }
    assert "hi" not in mail.get_content()


@pytest.mark.parametrize("to", ["", "customer-1", "a@b\r\nBcc: c@d", "가게@example.com", "a@b, c@d"])
def test_what_is_no_address_is_not_written_to(to: str) -> None:
    with pytest.raises(Refused):
        compose(outgoing(to=to), OWN.address, "", OWN.key)


def test_no_line_of_a_long_mail_is_too_long() -> None:
    ids = " ".join(f"{number}{'x' * 60}@example.net" for number in range(13))
    answers = {"message_id": "a@b", "references": ids, "subject": "아주 긴 제목 " * 40}
    written = compose(outgoing("긴 답변이에요. " * 2000, reply_to=answers), OWN.address, "긴 이름" * 12, OWN.key)
    assert max(map(len, written.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in written.raw.replace(b"\r\n", b"")
    assert written.raw.isascii()


# --- nobody calls ---


def test_mail_has_no_address_on_the_web() -> None:
    request = Request("POST", {}, raw(), contract.NOW)
    with pytest.raises(BadSignature):
        Email().verify(request, {})
    with pytest.raises(BadRequest):
        Email().parse(request)


def test_silence_is_no_mail() -> None:
    assert list(Email().calls(Email().render([]), answered=True)) == []
    assert list(Email().calls(Email().render([Reply("네")]), answered=True)) == [{"text": "네"}]


# --- hostile mails ---


def test_no_mail_breaks_the_reader() -> None:
    good = raw("본문", References="<a@b> <c@d>")
    spoilt = [good[:at] for at in range(0, len(good), 7)]
    spoilt += [
        good.replace(b"q1", junk)
        for junk in (b"\x00", b"\xff\xfe", "가".encode("cp949"), b"=?utf-8?b?AA=?=", b"=?x?q?=00?=")
    ]
    spoilt += [raw(b"\xff\x00\xed\xa0\x80" * 50, Content_Type=f"text/plain; charset={label}") for label in LABELS]
    spoilt += [raw(text, Content_Type='multipart/mixed; boundary=""') for text in ("", "--\n", "----\n")]
    spoilt += [nested(200), nested(3000), b"", b"\r\n", b"\x00" * 100, b":" * 100, b"From: a@b.example\n" * 2000]
    for name in HUMAN:
        key = name.replace("-", "_")
        spoilt += [
            raw(**{key: odd})
            for odd in ("\udcff\udcfe", "=?euc-kr?B?/////w==?=", "\x00", "(" * 500, '"' * 501, "<" * 99)
        ]
    for mail in [
        *spoilt,
        dsn(),
        *(dsn()[:at] for at in range(0, 900, 13)),
        *hostile.bodies(json.loads(json.dumps(HUMAN))),
    ]:
        for event in (read.received(Letter(mail), OWN), *read.sent(Letter(mail), OWN)):
            if event is not None:
                contract.assert_storable(event)


LABELS = [
    "utf-8",
    "utf-16",
    "utf-7",
    "punycode",
    "rot13",
    "unicode_escape",
    "idna",
    "zip",
    "ks_c_5601-1987",
    "x" * 999,
    "",
    "%",
]


def nested(depth: int) -> bytes:
    body = "".join(f'--b{at}\nContent-Type: multipart/mixed; boundary="b{at + 1}"\n\n' for at in range(depth))
    return raw(body, Content_Type='multipart/mixed; boundary="b0"')
