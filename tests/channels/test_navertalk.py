from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser

from autoresponder.channels.base import Notice, Outgoing, Payload, Request
from autoresponder.channels.errors import (
    BadRequest,
    BadSignature,
    ChannelDown,
    MaybeSent,
    Refused,
    SendError,
    TryAgain,
    Unreachable,
)
from autoresponder.channels.navertalk import NaverTalk
from autoresponder.connections.connect import connect, path_of
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Button, Incoming, Reply
from autoresponder.inbox import handoff, outbox
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.channels import contract, hostile, navertalk_rules
from tests.platforms.dialect import Mode, Told
from tests.platforms.navertalk import AUTHORIZATION, NaverTalkPlatform, recorded
from tests.platforms.server import Platforms

CUSTOMER = "al-2eGuGr5WQOnco1_V-FQ"
KEY = "11111111-2222-4333-8444-555555555555"
NOW = contract.NOW
SECRETS = {"authorization": AUTHORIZATION, "handover": "yes"}
TEXT = recorded("event-send-text")


def request(body: object, peer: str = "") -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", {}, raw, NOW, peer)


def read(body: object) -> Any:
    events = NaverTalk().parse(request(body))
    return events[0] if events else None


def dialect(platforms: Platforms) -> NaverTalkPlatform:
    talk = platforms["navertalk"]
    assert isinstance(talk, NaverTalkPlatform)
    return talk


class TestNaverTalkContract(contract.RenderContract):
    kind = "navertalk"

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        return request(content), {}

    def assert_legal(self, payload: Payload) -> None:
        navertalk_rules.check(payload)

    def said(self, payload: Payload) -> list[str]:
        return navertalk_rules.texts(payload)


class TestNaverTalkSends(contract.SendContract):
    kind = "navertalk"
    secrets = SECRETS
    customer = CUSTOMER

    def test_an_answer_arrives_once_and_its_id_is_known(self, platforms: Platforms) -> None:
        """TalkTalk tells no id."""
        assert self.send(platforms) == ""
        (said,) = platforms["navertalk"].accepted
        assert (said.to, said.text) == (CUSTOMER, "네, 오늘 출발해요.")


# --- in ---


@pytest.mark.parametrize("peer", ["211.249.40.1", "211.249.68.30", "220.230.168.31", "::ffff:211.249.40.1"])
def test_naver_itself_is_let_in(peer: str) -> None:
    NaverTalk().verify(request(TEXT, peer), {"only_naver": "yes"})


@pytest.mark.parametrize("peer", ["211.249.40.32", "10.0.0.1", "2001:db8::1", "", "naver.com", "211.249.40.1, 1.1.1.1"])
def test_others_are_refused_only_where_the_seller_said_so(peer: str) -> None:
    with pytest.raises(BadSignature):
        NaverTalk().verify(request(TEXT, peer), {"only_naver": "yes"})
    NaverTalk().verify(request(TEXT, peer), {})
    NaverTalk().verify(request(TEXT, peer), {"only_naver": ""})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": None, "user": None},
        {"event": "test"},
        {"event": "send"},
        {"event": "send", "user": CUSTOMER},
        {"event": "send", "user": CUSTOMER, "textContent": {"text": "  ", "inputType": "typing"}},
        {"event": "send", "user": "u" * 101, "textContent": {"text": "hello"}},
        {"event": "send", "user": 5, "textContent": {"text": "hello"}},
        {"event": ["send"], "user": CUSTOMER, "textContent": {"text": "hello"}},
        {"event": "friend", "user": CUSTOMER, "options": {"set": "off"}},
        {"event": "pay_complete", "user": CUSTOMER, "options": {}},
        {"event": "handover", "user": CUSTOMER, "options": {"control": "takeThread"}},
        {"event": "something-new", "user": CUSTOMER},
    ],
)
def test_what_needs_no_answer_gets_none(body: dict[str, Any]) -> None:
    assert NaverTalk().parse(request(body)) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mobile": False, "noReflectBot": False},
        {"sourceId": 10007, "threadOwnerId": 10007},
        {"sourceId": 10007, "threadOwnerId": 1},
        {"sourceId": True},
        {"sourceId": "1"},
        {"managerNickname": ""},
    ],
)
def test_an_echo_that_no_person_wrote_is_left_alone(options: dict[str, Any]) -> None:
    echo = {**recorded("event-echo-agent"), "options": options}
    assert NaverTalk().parse(request(echo)) == []
    assert NaverTalk().respond([]).body is None


@pytest.mark.parametrize("options", [{"sourceId": 1}, {"managerNickname": "상담원1"}, {"sourceId": 1.0}])
def test_a_person_is_known_with_and_without_the_hand_over(options: dict[str, Any]) -> None:
    notice = read({**recorded("event-echo-agent"), "options": options, "messageId": 31})
    assert notice == Notice("person_answered", CUSTOMER, "하이", message_id=f"{CUSTOMER}:31")


def test_a_person_who_only_left_the_window_has_said_nothing() -> None:
    assert read({**recorded("event-echo-agent"), "echoedEvent": "leave"}) is None


def test_a_mass_mailing_is_nobodys_answer() -> None:
    """As Naver showed it in issue #209."""
    mailing = {
        "event": "echo",
        "user": CUSTOMER,
        "messageId": 11,
        "textContent": {},
        "marketingContent": {"marketingMessageNo": 1, "marketingText": "오늘 주문하면 내일 도착"},
        "options": {"noReflectBot": False, "mobile": False},
        "echoedEvent": "send",
    }
    assert read(mailing) is None


def test_a_photo_from_a_person_counts_as_an_answer_too() -> None:
    echo = {**recorded("event-echo-agent"), "imageContent": {"imageUrl": "https://example.com/a.png"}}
    del echo["textContent"]
    assert read(echo) == Notice("person_answered", CUSTOMER)


@pytest.mark.parametrize("metadata", ["{'managerNickname':'가','autoEnd':false}", '{"autoEnd":true}', "", None, 5])
def test_the_end_of_a_consultation_gives_the_talk_back_whatever_it_says_of_itself(metadata: object) -> None:
    body = {**recorded("event-handover-back"), "options": {"control": "passThread", "metadata": metadata}}
    assert read(body) == Notice("person_leaves", CUSTOMER)


@pytest.mark.parametrize(
    ("number", "event_id"), [(222, f"{CUSTOMER}:222"), (True, ""), ("222", ""), (1.5, ""), (None, "")]
)
def test_a_message_id_counts_only_with_its_customer(number: object, event_id: str) -> None:
    assert read({**TEXT, "messageId": number}).event_id == event_id


@pytest.mark.parametrize("standby", [None, False, "true", 1])
def test_only_a_plain_yes_means_that_a_person_has_the_talk(standby: object) -> None:
    assert not read({**TEXT, "standby": standby}).with_person
    assert read({**TEXT, "standby": True}).with_person


def test_the_name_of_a_product_is_added_only_to_naver_s_own_sentence() -> None:
    typed = {**recorded("event-send-product"), "textContent": {"text": "이거 언제 와요?", "inputType": "typing"}}
    assert (read(typed).text, read(typed).kind) == ("이거 언제 와요?", "text")


def test_a_new_way_of_typing_is_still_read_and_a_new_content_still_kept() -> None:
    assert read({**TEXT, "textContent": {"text": "안녕하세요", "inputType": "hologram"}}).kind == "text"
    film = {"event": "send", "user": CUSTOMER, "videoContent": {"videoUrl": "https://example.com/a.mp4"}}
    assert (read(film).kind, read(film).text) == ("other", "")


@pytest.mark.parametrize(
    "name", ["event-send-text-observed", "event-send-button", "event-echo-agent", "event-handover-back"]
)
def test_hostile_bodies_are_refused_or_harmless(name: str) -> None:
    for body in hostile.bodies(recorded(name)):
        try:
            events = NaverTalk().parse(request(body))
        except BadRequest as refusal:
            assert refusal.status in (400, 413)
        else:
            for event in events:
                contract.assert_storable(event)


def test_a_megabyte_is_read_and_more_is_not() -> None:
    big = json.dumps({**TEXT, "padding": "x" * 1_000_000}).encode()
    assert len(NaverTalk().parse(request(big))) == 1
    with pytest.raises(BadRequest) as refusal:
        NaverTalk().parse(request(b" " * (1024 * 1024 + 1)))
    assert refusal.value.status == 413


# --- out ---


def test_the_answer_is_the_body_that_naver_documents() -> None:
    payload = NaverTalk().render([Reply("hello world")])
    assert NaverTalk().respond([payload]).body == recorded("reply-sync-text")


def test_silence_and_failure_are_200_without_a_body() -> None:
    silence = NaverTalk().render([])
    for response in (NaverTalk().respond([silence]), NaverTalk().respond([]), NaverTalk().failed()):
        assert (response.status, response.body) == (200, None)


def test_a_pressed_button_says_in_full_what_its_label_cut() -> None:
    says = "주문 뒤에 배송지를 바꿀 수 있나요? " * 9  # the longest a rule book takes is 200
    payload = NaverTalk().render([Reply("네", (Button("배송지를 바꾸고 싶어요", says),))])
    (button,) = navertalk_rules.buttons(payload)
    assert button["title"] == "배송지를 바꾸고…"
    message = read({**TEXT, "textContent": {"text": button["title"], "code": button["code"], "inputType": "button"}})
    assert (message.text, message.kind) == (says.strip(), "button")


def test_a_button_without_a_code_says_its_label() -> None:
    assert read({**TEXT, "textContent": {"text": "배송 조회", "code": "", "inputType": "button"}}).text == "배송 조회"
    # Only a button's code is ours; elsewhere it belongs to a calendar or a clock.
    assert read(recorded("event-send-time")).text == "14:00"


def test_everything_flows_into_one_bubble_with_ten_buttons() -> None:
    payload = NaverTalk().render([Reply(f"{n}번 안내", (Button(f"질문 {n}"), Button(f"답 {n}"))) for n in range(8)])
    navertalk_rules.check(payload)
    assert [f"{n}번 안내" in payload["reply"]["textContent"]["text"] for n in range(8)] == [True] * 8
    assert len(navertalk_rules.buttons(payload)) == 10


def test_buttons_without_words_get_some_to_stand_on() -> None:
    payload = NaverTalk().render([Reply("", (Button("배송"),))])
    navertalk_rules.check(payload)
    assert navertalk_rules.buttons(payload) == [{"title": "배송", "code": "배송"}]


@pytest.mark.parametrize(
    ("role", "answered", "events"),
    [
        ("answer", True, []),
        ("hand_off", True, ["handover"]),
        ("answer", False, ["send"]),
        ("hand_off", False, ["send", "handover"]),
    ],
)
def test_what_the_response_has_not_carried_is_called(role: Any, answered: bool, events: list[str]) -> None:
    payload = NaverTalk().render([Reply("네", role=role)])
    assert [call["event"] for call in NaverTalk().calls(payload, answered=answered)] == events


def test_silence_is_no_call() -> None:
    assert NaverTalk().calls(NaverTalk().render([]), answered=False) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"reply": {}},
        {"reply": {"event": "send", "textContent": {"text": " "}}, "hand_off": False},
        {"reply": {"event": "send", "textContent": {"text": "가" * 10_001}}, "hand_off": False},
        {"reply": {"event": "echo", "textContent": {"text": "가"}}, "hand_off": False},
        *(
            {
                "reply": {"event": "send", "textContent": {"text": "가", "quickReply": {"buttonList": wrong}}},
                "hand_off": True,
            }
            for wrong in (
                [],
                [{"type": "TEXT", "data": {"title": "가"}}] * 11,
                [{"type": "TEXT", "data": {"title": "가" * 11}}],
                [{"type": "TEXT", "data": {"title": "가", "code": "나" * 1001}}],
                [{"type": "PAY", "data": {"title": "가"}}],
            )
        ),
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(navertalk_rules.Illegal):
        navertalk_rules.check(broken)


# --- delivery ---


def send(platforms: Platforms, *, role: Any = "answer", number: int = 0, secrets: Mapping[str, str] = SECRETS) -> str:
    call = NaverTalk().calls(NaverTalk().render([Reply("주문하신 상품이 발송되었습니다.", role=role)]), answered=False)[
        number
    ]
    return NaverTalk().send(Outgoing(call, CUSTOMER, NOW, {}, KEY), secrets, platforms.client)


def test_a_persons_words_are_what_naver_documents_and_are_announced(platforms: Platforms) -> None:
    send(platforms)
    (call,) = platforms["navertalk"].calls
    assert call.json == recorded("send-api-push")
    assert call.headers["authorization"] == AUTHORIZATION


def test_the_talk_is_passed_as_naver_documents_but_names_no_partner(platforms: Platforms) -> None:
    assert send(platforms, role="hand_off", number=1) == ""
    (call,) = platforms["navertalk"].calls
    documented = recorded("send-api-pass-thread")
    del documented["partner"]
    assert call.json == documented
    assert dialect(platforms).passed == [CUSTOMER]


@pytest.mark.parametrize(
    "secrets",
    [{}, {"handover": "yes"}, {"authorization": AUTHORIZATION}, {"authorization": AUTHORIZATION, "handover": ""}],
)
def test_the_talk_is_kept_where_the_seller_has_not_switched_it_on(
    platforms: Platforms, secrets: Mapping[str, str]
) -> None:
    assert send(platforms, role="hand_off", number=1, secrets=secrets) == ""
    assert platforms["navertalk"].calls == []


def test_only_with_the_key_can_a_person_answer_from_our_inbox() -> None:
    assert NaverTalk().can_reply(SECRETS, {}, contract.NOW)
    assert not NaverTalk().can_reply({"authorization": "", "handover": "yes"}, {}, contract.NOW)


def test_a_missing_key_is_the_sellers_to_mend(platforms: Platforms) -> None:
    with pytest.raises(ChannelDown) as down:
        send(platforms, secrets={})
    assert down.value.code == "token"
    assert platforms["navertalk"].calls == []


def fails(platforms: Platforms, **more: Any) -> SendError:
    with pytest.raises(SendError) as failure:
        send(platforms, **more)
    assert platforms["navertalk"].accepted == []
    return failure.value


def test_a_wrong_key_stops_the_channel_and_is_not_told_on(platforms: Platforms) -> None:
    error = fails(platforms, secrets={**SECRETS, "authorization": "ct_wrong_wrong_wrong"})
    assert isinstance(error, ChannelDown)
    assert (error.code, "ct_wrong" in str(error)) == ("token", False)


def test_a_hand_over_that_is_off_at_naver_stops_nobody_else(platforms: Platforms) -> None:
    dialect(platforms).hand_over = False
    error = fails(platforms, role="hand_off", number=1)
    assert isinstance(error, Refused)
    assert error.code == "permission"
    assert send(platforms) == ""


def test_a_customer_who_is_asked_for_consent_gets_it_later(platforms: Platforms) -> None:
    dialect(platforms).consenting = {CUSTOMER}
    error = fails(platforms)
    assert isinstance(error, TryAgain)
    assert error.retry_after == 180


def test_an_unknown_customer_cannot_be_written_to(platforms: Platforms) -> None:
    dialect(platforms).strangers = {CUSTOMER}
    assert isinstance(fails(platforms), Unreachable)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told(200, {"success": False, "resultCode": "02", "resultMessage": "잘못된 user 값"}), Unreachable),
        (Told(200, {"success": False, "resultCode": "03", "resultMessage": "권한 없는 파트너에 대한 요청"}), Refused),
        (
            Told(
                200, {"success": False, "resultCode": "04", "resultMessage": "현재 이 사용자에게 메시지를 보낼 수 없음"}
            ),
            TryAgain,
        ),
        (Told(200, {"success": False, "resultCode": "12", "resultMessage": "?"}), Refused),
        (Told(200, {"success": False, "resultCode": "99", "resultMessage": "알 수 없는 오류"}), MaybeSent),
        (Told(200, {"success": "true"}), MaybeSent),
        (Told(200, "<html>점검 중</html>"), MaybeSent),
        (Told(200, ""), MaybeSent),
        (Told(503, "Service Unavailable"), TryAgain),
        (Told(401, "Unauthorized"), ChannelDown),
    ],
)
def test_each_refusal_says_what_to_do(
    platforms: Platforms, monkeypatch: pytest.MonkeyPatch, told: Told, expected: type[SendError]
) -> None:
    monkeypatch.setattr(platforms["navertalk"], "answer", lambda call: told)
    assert type(fails(platforms)) is expected


@pytest.mark.parametrize("mode", ["busy", "broken", "error"])
def test_a_refused_hand_over_is_never_taken_for_done(platforms: Platforms, mode: Mode) -> None:
    platforms["navertalk"].set(mode)
    fails(platforms, role="hand_off", number=1)
    assert dialect(platforms).passed == []


def test_there_is_nothing_to_ask_naver_for(platforms: Platforms) -> None:
    talk = NaverTalk()
    assert talk.check(SECRETS, platforms.client) == {}
    assert talk.installed(SECRETS, "https://shop.example.com/", platforms.client) == "unknown"
    assert platforms["navertalk"].calls == []


# --- the whole way ---


@pytest.fixture
def talk(shop: Shop) -> Connection:
    return connect(shop, "navertalk", {"authorization": AUTHORIZATION, "handover": "yes"})


def post(client: Browser, talk: Connection, body: Mapping[str, Any]) -> Any:
    return client.post(path_of(talk), json.dumps(body), content_type="application/json")


def says(text: str) -> dict[str, Any]:
    return {**recorded("event-send-text"), "textContent": {"text": text, "inputType": "typing"}}


@pytest.mark.django_db
def test_a_question_is_answered_in_the_response(client: Browser, talk: Connection, published: Version) -> None:
    response = post(client, talk, says("배송비 얼마예요?"))
    assert response.status_code == 200
    assert response["Content-Type"].replace(" ", "").lower() == "application/json;charset=utf-8"
    assert "3,000원" in response.json()["textContent"]["text"]
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_an_echo_is_answered_by_nothing_at_all(client: Browser, talk: Connection, published: Version) -> None:
    post(client, talk, says("안녕하세요"))
    for echo in (recorded("event-echo-agent"), {**recorded("event-echo-agent"), "options": {}}, {"event": "open"}):
        response = post(client, talk, echo)
        assert (response.status_code, response.content) == (200, b"")
    assert Delivery.objects.filter(by_person=True).count() == 1
    assert post(client, talk, says("배송비 얼마예요?")).content == b""  # a person has the talk now


@pytest.mark.django_db
def test_who_asks_for_a_person_is_passed_on_and_given_back(
    client: Browser, talk: Connection, published: Version, platforms: Platforms, now: datetime
) -> None:
    assert post(client, talk, says("상담원 바꿔 주세요")).json()["event"] == "send"
    outbox.drain(lambda: Delivery.objects.get().due_at, net=platforms.client)
    assert dialect(platforms).passed == [CUSTOMER]
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert post(client, talk, recorded("event-send-standby")).content == b""
    assert post(client, talk, recorded("event-handover-back")).content == b""
    assert "3,000원" in post(client, talk, says("배송비 얼마예요?")).json()["textContent"]["text"]
    assert Message.objects.count() == 3


@pytest.mark.django_db
def test_a_person_answers_from_our_inbox(
    client: Browser, talk: Connection, published: Version, platforms: Platforms, owner: User, now: datetime
) -> None:
    post(client, talk, says("안녕하세요"))
    row = handoff.reply_as_person(Conversation.objects.get(), "오늘 보내 드릴게요.", by=owner, now=now)
    outbox.drain(lambda: now, net=platforms.client)
    row.refresh_from_db()
    assert row.state == Delivery.State.SENT
    assert [(said.to, said.text) for said in platforms["navertalk"].accepted] == [(CUSTOMER, "오늘 보내 드릴게요.")]


def test_the_events_of_a_talk_are_messages_and_notices() -> None:
    assert isinstance(read(TEXT), Incoming)
    assert isinstance(read(recorded("event-handover-back")), Notice)
    # Who leaves has refused nothing: a later word opens the room again (README, "leave").
    assert read(recorded("event-leave")) is None
