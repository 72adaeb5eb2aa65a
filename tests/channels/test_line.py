from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from autoresponder.channels.base import Notice, Outgoing, Payload, Request
from autoresponder.channels.errors import (
    BadSignature,
    ChannelDown,
    MaybeSent,
    NotAccepted,
    Refused,
    TooLate,
    TryAgain,
    Unreachable,
)
from autoresponder.channels.line import HEADER, Line
from autoresponder.connections.connect import Refused as NotConnected
from autoresponder.connections.connect import connect, path_of
from autoresponder.engine.types import Button, Incoming, Reply
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.net.client import Answer, Client, NotSent, Unanswered
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.channels import contract, line_rules
from tests.platforms.line import ACCESS_TOKEN, BOT_ID, LinePlatform, recorded
from tests.platforms.server import Platforms

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
GOOD: dict[str, Any] = recorded("message_text")
EVENT: dict[str, Any] = GOOD["events"][0]
VECTORS: dict[str, Any] = recorded("vectors")
AT = datetime(2026, 11, 22, 8, 26, 40, 123_000, tzinfo=UTC)
ADDRESS = "https://shop.example.com/hooks/line/abc/"
SECRETS = {"channel_secret": SECRET, "access_token": ACCESS_TOKEN}
CUSTOMER = "Ua1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
KEY = "11111111-2222-4333-8444-555555555555"
NOW = contract.NOW


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def request(*events: object, now: datetime = NOW) -> Request:
    body = json.dumps({"destination": BOT_ID, "events": list(events)}).encode()
    return Request("POST", {HEADER: signature(body)}, body, now)


def one(event: object, now: datetime = NOW) -> Any:
    (read,) = Line().parse(request(event, now=now))
    return read


class TestLineContract(contract.HookContract):
    kind = "line"
    proof = HEADER
    good = GOOD
    unknown = (
        {},
        {"events": None},
        {"events": {}},
        {"events": [None, 1, "x", [], {}]},
        recorded("verify_empty_events"),
        {"events": [{**EVENT, "type": "beacon"}]},
        {"events": [{**EVENT, "type": "deactivated"}]},
        {"events": [{**EVENT, "source": {"type": "group", "groupId": "C1", "userId": CUSTOMER}}]},
        {"events": [{**EVENT, "source": {"type": "room", "roomId": "R1", "userId": CUSTOMER}}]},
        {"events": [{**EVENT, "source": {"type": "user"}}]},
        {"events": [{**EVENT, "message": {"type": "text", "id": "1", "text": "  "}}]},
        {"events": [{**recorded("unsend")["events"][0], "unsend": {}}]},
    )
    secret = SECRET
    new_secret = "f" * 32
    secret_name = "channel_secret"

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = NOW) -> Request:
        return Request("POST", {self.proof: signature(body, secret or self.secret)}, body, now)

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        return self.signed(json.dumps(content, ensure_ascii=False).encode()), {"channel_secret": SECRET}

    def assert_legal(self, payload: Payload) -> None:
        line_rules.check(payload)

    def said(self, payload: Payload) -> list[str]:
        return line_rules.texts(payload)


class TestLinePushes(contract.SendContract):
    """A person's words."""

    kind = "line"
    secrets = {"channel_secret": SECRET, "access_token": ACCESS_TOKEN}


class TestLineReplies(contract.SendContract):
    """The bot's answer."""

    kind = "line"
    secrets = {"channel_secret": SECRET, "access_token": ACCESS_TOKEN, "push": "yes"}
    reply_to = {"token": "reply-token-1", "until": "2099-01-01T00:00:00+00:00"}

    @pytest.fixture(autouse=True)
    def given(self, platforms: Platforms) -> None:
        dialect(platforms).give("reply-token-1", self.customer)

    def call(self, text: str = "네, 오늘 출발해요.") -> Payload:
        return next(iter(self.channel.calls(self.channel.render([Reply(text)]), answered=True)))


def dialect(platforms: Platforms) -> LinePlatform:
    line = platforms["line"]
    assert isinstance(line, LinePlatform)
    return line


# --- in ---


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case.get("note", "a body")[:30])
def test_lines_own_examples_of_signatures(case: dict[str, str]) -> None:
    asked = Request("POST", {HEADER: case["x_line_signature"]}, case["body_raw"].encode(), NOW)
    secrets = {"channel_secret": VECTORS["channel_secret"]}
    if case["expect"] == "accept":
        Line().verify(asked, secrets)
        Line().parse(asked)
    else:
        with pytest.raises(BadSignature):
            Line().verify(asked, secrets)


def test_a_bad_event_spoils_neither_its_neighbours_nor_their_order() -> None:
    second = {**EVENT, "message": {**EVENT["message"], "id": "2", "text": "반품은요?"}}
    read = Line().parse(request(EVENT, {"type": "message"}, None, {**EVENT, "message": 7}, second))
    assert [event.text for event in read] == ["배송 언제 오나요?", "반품은요?"]


def test_what_line_may_add_later_is_no_reason_to_lose_a_message() -> None:
    strange = {**EVENT, "mode": "new-mode", "new": {"a": [1]}, "message": {**EVENT["message"], "new": None}}
    assert one(strange).text == "배송 언제 오나요?"
    assert one({**EVENT, "message": {"type": "hologram", "id": "9"}}).kind == "other"


@pytest.mark.parametrize(
    ("kind", "means"), [("video", "other"), ("audio", "other"), ("file", "other"), ("location", "other")]
)
def test_what_cannot_be_read_is_still_kept(kind: str, means: str) -> None:
    message = one({**EVENT, "message": {"type": kind, "id": "5", "title": "집", "text": "읽지 않아요"}})
    assert (message.kind, message.text, message.event_id) == (means, "", "5")


def test_a_message_is_known_by_its_own_id_so_that_it_can_be_taken_back() -> None:
    (taken_back,) = Line().parse(request(recorded("unsend")["events"][0]))
    assert isinstance(taken_back, Notice)
    assert taken_back.message_id == one(EVENT).event_id


@pytest.mark.parametrize("broken", [None, 5, "", "x" * 201])
def test_without_a_usable_id_the_events_own_id_counts(broken: object) -> None:
    assert one({**EVENT, "message": {**EVENT["message"], "id": broken}}).event_id == EVENT["webhookEventId"]


def test_a_redelivery_is_the_same_event() -> None:
    again = {**EVENT, "deliveryContext": {"isRedelivery": True}}
    assert one(again, NOW + timedelta(hours=2)) == one(EVENT)


def test_the_reply_tokens_minute_counts_from_the_event_where_that_is_older() -> None:
    assert one(EVENT, AT + timedelta(hours=1)).reply_to["until"] == (AT + timedelta(seconds=50)).isoformat()


@pytest.mark.parametrize("stamp", [None, "1795336000123", True, 10**17, int(NOW.timestamp() * 1000) + 90_000])
def test_the_reply_tokens_minute_counts_from_receipt_where_the_event_has_no_sane_time(stamp: object) -> None:
    message = one({**EVENT, "timestamp": stamp})
    assert message.reply_to["until"] == (NOW + timedelta(seconds=50)).isoformat()


def test_a_talk_that_somebody_else_holds_is_kept_and_not_answered() -> None:
    standby = {name: value for name, value in EVENT.items() if name != "replyToken"} | {"mode": "standby"}
    message = one(standby)
    assert message.with_person
    assert message.reply_to == {}
    assert not one(EVENT).with_person


def test_a_pressed_button_says_what_it_said() -> None:
    payload = Line().render([Reply("골라 주세요", (Button("단체 주문", "단체 주문은 몇 개부터 되나요?"),))])
    (button,) = line_rules.buttons(payload)
    pressed = {**recorded("postback")["events"][0], "postback": {"data": button["data"]}}
    message = one(pressed)
    assert (message.text, message.kind) == ("단체 주문은 몇 개부터 되나요?", "button")
    assert button["displayText"] == message.text


# --- out ---


def test_a_long_saying_survives_a_cut_label() -> None:
    says = "주문한 상품을 " * 25  # the longest a rule book takes is 200
    (button,) = line_rules.buttons(
        Line().render([Reply("네", (Button("아주 긴 이름의 버튼이라서 잘려야 해요", says),))])
    )
    assert button["data"] == says.strip()
    assert button["label"].endswith("…")


def test_buttons_of_all_bubbles_stand_under_the_last() -> None:
    payload = Line().render([Reply(f"{n}번", (Button(f"질문 {n}"),)) for n in range(8)])
    line_rules.check(payload)
    assert [button["data"] for button in line_rules.buttons(payload)] == [f"질문 {n}" for n in range(8)]


def test_buttons_without_words_get_a_message_to_stand_on() -> None:
    payload = Line().render([Reply("", (Button("배송"),))])
    line_rules.check(payload)
    assert len(payload["messages"]) == 1


def test_no_more_than_thirteen_buttons_and_five_thousand_units() -> None:
    payload = Line().render([Reply("🍎" * 2501, tuple(Button(str(n)) for n in range(20)))])
    line_rules.check(payload)
    assert len(payload["messages"]) == 2
    assert len(line_rules.buttons(payload)) == 13


def test_up_to_five_messages_are_one_call_and_silence_is_none() -> None:
    payload = Line().render([Reply(f"{n}번 안내") for n in range(5)])
    assert [len(call["messages"]) for call in Line().calls(payload, answered=True)] == [5]
    assert Line().calls(Line().render([]), answered=True) == Line().calls(Line().render([]), answered=False) == []


def test_only_what_can_be_sent_twice_without_harm_is_called_keyed() -> None:
    payload = Line().render([Reply("네")])
    assert [Line().keyed(call) for call in Line().calls(payload, answered=True)] == [False]
    assert [Line().keyed(call) for call in Line().calls(payload, answered=False)] == [True]


@pytest.mark.parametrize(
    "broken",
    [
        {"messages": [{"type": "text", "text": "네"}] * 6},
        {"messages": [{"type": "text", "text": " "}]},
        {"messages": [{"type": "text", "text": "😀" * 2501}]},
        {"messages": [{"type": "image", "text": "네"}]},
        {"messages": [{"type": "text", "text": "네", "quickReply": {"items": []}}]},
        {"messages": [], "push": True},
        *(
            {
                "messages": [
                    {"type": "text", "text": "네", "quickReply": {"items": [{"type": "action", "action": wrong}]}}
                ]
            }
            for wrong in (
                {"type": "message", "label": "가", "text": "나"},
                {"type": "postback", "label": "가" * 21, "data": "나", "displayText": "나"},
                {"type": "postback", "label": "가", "data": "나" * 301, "displayText": "나"},
                {"type": "postback", "label": "가", "data": "", "displayText": "나"},
            )
        ),
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(line_rules.Illegal):
        line_rules.check(broken)


# --- delivery ---


def bot(platforms: Platforms, *, push: str = "", token: str = "t-1", until: datetime | None = None) -> str:
    """The bot's answer on its way, one second after the question."""
    (call,) = Line().calls(Line().render([Reply("네, 오늘 출발해요."), Reply("고맙습니다.")]), answered=True)
    reply_to = {"token": token, "until": (until or NOW + timedelta(seconds=49)).isoformat()} if token else {}
    secrets = {"access_token": ACCESS_TOKEN, "push": push}
    return Line().send(Outgoing(call, CUSTOMER, NOW, reply_to, KEY), secrets, platforms.client)


def person(platforms: Platforms, secrets: Mapping[str, str] | None = None) -> str:
    (call,) = Line().calls(Line().render([Reply("제가 확인해 볼게요.")]), answered=False)
    given = {"access_token": ACCESS_TOKEN} if secrets is None else secrets
    return Line().send(Outgoing(call, CUSTOMER, NOW, {}, KEY), given, platforms.client)


def paths(platforms: Platforms) -> list[str]:
    return [call.path.rpartition("/")[2] for call in platforms["line"].calls]


def test_an_answer_in_time_is_one_free_reply(platforms: Platforms) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    dialect(platforms).quota = 0
    assert bot(platforms, push="yes") == "line-1"
    assert paths(platforms) == ["reply"]
    assert platforms["line"].texts() == ["네, 오늘 출발해요.\n고맙습니다."]
    assert "x-line-retry-key" not in platforms["line"].calls[0].headers


def test_a_used_token_is_followed_by_a_push_only_where_the_seller_pays_for_it(platforms: Platforms) -> None:
    with pytest.raises(TooLate):
        bot(platforms)
    assert paths(platforms) == ["reply"]
    assert bot(platforms, push="yes") == "line-1"
    assert paths(platforms) == ["reply", "reply", "push"]
    (said,) = platforms["line"].accepted
    assert (said.to, said.key) == (CUSTOMER, KEY)


def test_after_its_minute_an_answer_is_pushed_at_once(platforms: Platforms) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    assert bot(platforms, push="yes", until=NOW - timedelta(seconds=1)) == "line-1"
    assert paths(platforms) == ["push"]


def test_after_its_minute_the_free_way_is_still_tried_where_nothing_may_be_pushed(platforms: Platforms) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    assert bot(platforms, until=NOW - timedelta(seconds=1)) == "line-1"
    assert paths(platforms) == ["reply"]


def test_what_a_person_has_sent_again_is_pushed_whatever_the_setting_says(platforms: Platforms) -> None:
    (call,) = Line().calls(Line().render([Reply("네, 오늘 출발해요.")]), answered=True)
    outgoing = Outgoing(call, CUSTOMER, NOW, {}, KEY, by_person=True)
    assert Line().send(outgoing, {"access_token": ACCESS_TOKEN}, platforms.client) == "line-1"
    assert paths(platforms) == ["push"]


def test_without_any_token_nothing_is_tried_for_free(platforms: Platforms) -> None:
    with pytest.raises(TooLate):
        bot(platforms, token="")
    assert platforms["line"].calls == []
    assert bot(platforms, push="yes", token="") == "line-1"


@pytest.mark.parametrize("mode", ["broken", "reset", "endless"])
def test_a_reply_of_unknown_outcome_is_tried_once_more_and_never_pushed(platforms: Platforms, mode: Any) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    platforms["line"].set(mode)
    with pytest.raises((MaybeSent, Unanswered)):
        bot(platforms, push="yes")
    assert paths(platforms) == ["reply", "reply"]


def test_a_used_token_after_an_unknown_outcome_tells_nothing(platforms: Platforms) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    platforms["line"].set("reset", times=1)
    with pytest.raises(MaybeSent) as doubt:
        bot(platforms, push="yes")
    assert "Invalid reply token" in doubt.value.detail
    assert len(platforms["line"].accepted) == 1


def test_the_second_try_makes_sure_where_the_first_did_not_arrive(platforms: Platforms) -> None:
    dialect(platforms).give("t-1", CUSTOMER)
    platforms["line"].set("broken", times=1)
    assert bot(platforms) == "line-1"
    assert len(platforms["line"].accepted) == 1


def test_a_person_is_pushed_whatever_the_bot_may_do_and_only_once(platforms: Platforms) -> None:
    assert person(platforms, {"access_token": ACCESS_TOKEN, "push": ""}) == "line-1"
    assert person(platforms) == "line-1"  # the outbox was not sure and sent it again: 409 is success
    assert platforms["line"].texts() == ["제가 확인해 볼게요."]


def test_a_push_whose_answer_was_lost_is_made_sure_with_its_key(platforms: Platforms) -> None:
    platforms["line"].set("reset", times=1)
    assert person(platforms) == "line-1"
    assert len(platforms["line"].accepted) == 1


def test_a_push_that_breaks_at_line_is_for_later(platforms: Platforms) -> None:
    platforms["line"].set("broken")
    with pytest.raises(TryAgain):
        person(platforms)


def test_the_monthly_limit_stops_pushes_and_not_the_channel(platforms: Platforms) -> None:
    dialect(platforms).quota = 1
    dialect(platforms).give("t-1", CUSTOMER)
    assert person(platforms)
    other = Outgoing({"messages": [{"type": "text", "text": "네"}], "push": True}, CUSTOMER, NOW, {}, KEY[:-1] + "6")
    with pytest.raises(Refused) as full:
        Line().send(other, {"access_token": ACCESS_TOKEN}, platforms.client)
    assert (full.value.code, full.value.detail) == ("quota", "429 You have reached your monthly limit.")
    assert bot(platforms)


def test_a_plan_without_pushes_stops_pushes_and_not_the_channel(platforms: Platforms) -> None:
    dialect(platforms).may_push = False
    with pytest.raises(Refused) as refusal:
        person(platforms)
    assert refusal.value.code == "permission"


def test_a_customer_who_cannot_be_reached_is_told_apart(platforms: Platforms) -> None:
    dialect(platforms).gone = {CUSTOMER}
    with pytest.raises(Unreachable) as gone:
        person(platforms)
    assert gone.value.code == "gone"


def test_a_revoked_token_stops_the_channel_and_is_not_told_on(platforms: Platforms) -> None:
    dialect(platforms).access_token = "another"
    for send in (bot, person):
        with pytest.raises(ChannelDown) as down:
            send(platforms)
        assert down.value.code == "token"
        assert ACCESS_TOKEN not in str(down.value)
    with pytest.raises(ChannelDown):
        person(platforms, {})


def test_what_line_finds_wrong_in_a_message_is_said(platforms: Platforms) -> None:
    platforms["line"].set("error")
    with pytest.raises(Refused) as refusal:
        person(platforms)
    assert "messages[0].text: May not be empty" in refusal.value.detail


@pytest.mark.parametrize("pushed", [True, False])
def test_all_tries_together_end_before_the_outbox_takes_the_worker_for_dead(pushed: bool) -> None:
    """The longest way is a reply that LINE refuses at the last moment, and a push tried twice."""
    waited = []

    class Slow(Client):
        def request(self, method: str, url: str, **more: Any) -> Answer:
            waited.append(more["seconds"] or self.seconds)
            if url.endswith("/reply"):
                return Answer(400, {}, json.dumps(recorded("api_error_400_invalid_reply_token")).encode())
            raise Unanswered("too_slow")

    (call,) = Line().calls(Line().render([Reply("네")]), answered=not pushed)
    reply_to = {} if pushed else {"token": "t", "until": "2099-01-01T00:00:00+00:00"}
    with pytest.raises(Unanswered):
        Line().send(Outgoing(call, CUSTOMER, NOW, reply_to, KEY), {**SECRETS, "push": "yes"}, Slow())
    assert len(waited) == (2 if pushed else 3)
    assert sum(waited) < outbox.LEASE.total_seconds() - 5


def test_nothing_reaches_line_without_a_connection() -> None:
    nowhere = Client(instead={"https://api.line.me": "http://127.0.0.1:9"}, allowed=["127.0.0.0/8"], seconds=2)
    (call,) = Line().calls(Line().render([Reply("네")]), answered=True)
    with pytest.raises(NotSent):
        Line().send(
            Outgoing(call, CUSTOMER, NOW, {"token": "t", "until": "2099-01-01T00:00:00+00:00"}, KEY), SECRETS, nowhere
        )


# --- connecting ---


def test_the_account_is_known_by_its_name(platforms: Platforms) -> None:
    assert Line().check(SECRETS, platforms.client) == {"name": "Sample Shop", "bot_id": BOT_ID}


def test_a_wrong_token_is_said_at_its_field(platforms: Platforms) -> None:
    wrong = {**SECRETS, "access_token": "wrong-token-wrong-token-wrong-token"}
    for ask in (Line().check, lambda v, n: Line().installed(v, ADDRESS, n), lambda v, n: Line().install(v, ADDRESS, n)):
        with pytest.raises(NotAccepted) as refusal:
            ask(wrong, platforms.client)
        assert (refusal.value.code, refusal.value.field) == ("token", "access_token")
        assert "wrong-token" not in repr(refusal.value) + refusal.value.detail


def test_installing_sets_the_address_and_has_it_tested(platforms: Platforms) -> None:
    assert Line().installed(SECRETS, ADDRESS, platforms.client) == "none"
    Line().install(SECRETS, ADDRESS, platforms.client)
    assert Line().installed(SECRETS, ADDRESS, platforms.client) == "ours"
    assert (platforms["line"].calls[1].method, platforms["line"].calls[1].json) == ("PUT", {"endpoint": ADDRESS})
    assert [call.json for call in platforms["line"].calls if call.path.endswith("/test")] == [{"endpoint": ADDRESS}]


def test_where_the_messages_go_is_known(platforms: Platforms) -> None:
    line = dialect(platforms)
    line.endpoint = "https://other.example.com/hook"
    assert Line().installed(SECRETS, ADDRESS, platforms.client) == "other"
    line.endpoint, line.active = ADDRESS, False
    assert Line().installed(SECRETS, ADDRESS, platforms.client) == "off"


def test_a_switch_that_only_the_seller_can_turn_is_said(platforms: Platforms) -> None:
    dialect(platforms).active = False
    with pytest.raises(NotAccepted) as refusal:
        Line().install(SECRETS, ADDRESS, platforms.client)
    assert refusal.value.code == "switched_off"


@pytest.mark.parametrize(
    ("tested", "code", "field"),
    [
        ({"success": False, "statusCode": 0, "reason": "COULD_NOT_CONNECT", "detail": "TLS"}, "address", ""),
        ({"success": False, "statusCode": 500, "reason": "ERROR_STATUS_CODE", "detail": "500"}, "address", ""),
        ({"success": False, "statusCode": 401, "reason": "ERROR_STATUS_CODE"}, "token", "channel_secret"),
    ],
)
def test_what_lines_test_of_our_address_says(
    platforms: Platforms, tested: dict[str, Any], code: str, field: str
) -> None:
    dialect(platforms).tested = tested
    with pytest.raises(NotAccepted) as refusal:
        Line().install(SECRETS, ADDRESS, platforms.client)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert code == "token" or tested["reason"] in refusal.value.detail


def test_an_address_that_line_does_not_take_is_said(platforms: Platforms) -> None:
    with pytest.raises(NotAccepted) as refusal:
        Line().install(SECRETS, "http://plain.example.com/", platforms.client)
    assert refusal.value.code == "address"


def test_disconnecting_asks_line_for_nothing(platforms: Platforms) -> None:
    assert Line().remove(SECRETS, ADDRESS, platforms.client) is None
    assert platforms["line"].calls == []


def test_follow_and_unfollow_say_who_can_be_written_to() -> None:
    read = Line().parse(request(recorded("unfollow")["events"][0], recorded("follow")["events"][0]))
    assert [(notice.what, notice.customer) for notice in read if isinstance(notice, Notice)] == [
        ("gone", CUSTOMER),
        ("back", CUSTOMER),
    ]


def test_a_body_in_another_order_is_not_the_signed_one() -> None:
    signed = request(EVENT)
    other = json.dumps(json.loads(signed.body), indent=1).encode()
    with pytest.raises(BadSignature):
        Line().verify(replace(signed, body=other), {"channel_secret": SECRET})
    assert isinstance(one(EVENT), Incoming)


# --- the whole way ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alive", "push", "expected"), [(True, "", "sent"), (False, "", "expired"), (False, "yes", "sent")]
)
def test_a_question_is_answered_or_left_to_a_person(
    client: Browser, shop: Shop, published: Version, platforms: Platforms, alive: bool, push: str, expected: str
) -> None:
    line = connect(shop, "line", {**SECRETS, "push": push})
    now = timezone.now()
    asked = {
        **EVENT,
        "timestamp": int(now.timestamp() * 1000),
        "message": {**EVENT["message"], "text": "배송비 얼마예요?"},
    }
    if alive:
        dialect(platforms).give(EVENT["replyToken"], CUSTOMER)
    sent = request(asked, recorded("follow")["events"][0])
    headers = {"X-Line-Signature": sent.headers[HEADER]}

    for _ in range(2):  # LINE delivers it again
        assert (
            client.post(path_of(line), sent.body, content_type="application/json", headers=headers).status_code == 200
        )
    outbox.drain(timezone.now, net=platforms.client)

    assert Delivery.objects.get().state == expected
    assert ["3,000원" in text for text in platforms["line"].texts()] == [True] * (expected == "sent")
    assert (Conversation.objects.get().waiting_since is None) == (expected == "sent")


@pytest.mark.django_db
def test_what_is_taken_back_is_forgotten(client: Browser, shop: Shop, published: Version) -> None:
    line = connect(shop, "line", SECRETS)
    sent = request(EVENT, recorded("unsend")["events"][0])
    headers = {"X-Line-Signature": sent.headers[HEADER]}
    assert client.post(path_of(line), sent.body, content_type="application/json", headers=headers).status_code == 200
    assert (Message.objects.get().kind, Message.objects.get().text) == ("unsent", "")


@pytest.mark.parametrize(
    ("name", "value"), [("channel_secret", "8C570FA6DD201BB328F1C1EAC23A96D8"), ("access_token", "two words " * 9)]
)
@pytest.mark.django_db
def test_what_cannot_be_a_key_is_refused_at_its_field(shop: Shop, name: str, value: str) -> None:
    with pytest.raises(NotConnected) as refusal:
        connect(shop, "line", {**SECRETS, name: value})
    assert refusal.value.field == name
