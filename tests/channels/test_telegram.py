from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from autoresponder.channels.base import Notice, Outgoing, Payload, Request
from autoresponder.channels.errors import (
    ChannelDown,
    MaybeSent,
    NotAccepted,
    Refused,
    SendError,
    TryAgain,
    Unreachable,
)
from autoresponder.channels.telegram import HEADER, Telegram
from autoresponder.channels.telegram_api import failure
from autoresponder.channels.telegram_keyboard import pressed
from autoresponder.channels.telegram_updates import WANTED
from autoresponder.engine.types import Button, Incoming, Reply
from autoresponder.net.client import Answer, NotSent, Unanswered
from tests.channels import contract, telegram_rules
from tests.platforms.server import Platforms
from tests.platforms.telegram import TOKEN, double

SECRET = "telegram-test-secret-0123456789-abcdefghijk"
ADDRESS = "https://shop.example.com/hooks/telegram/t/"
POLLS = {"bot_token": TOKEN, "receive": "poll", "secret": SECRET}
CALLED = {"bot_token": TOKEN, "receive": "webhook", "secret": SECRET}


def payload(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((contract.folder("telegram") / name).read_text())
    return content


def request(body: object, secret: str = SECRET) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", {HEADER.lower(): secret}, raw, contract.NOW)


def read(body: Mapping[str, Any]) -> Any:
    (event,) = Telegram().parse(request(body))
    return event


def message(**more: Any) -> dict[str, Any]:
    good = payload("message_text.json")
    return {**good, "message": {**good["message"], **more}}


class TestTelegramContract(contract.HookContract):
    kind = "telegram"
    proof = HEADER.lower()
    good = payload("message_text.json")
    unknown = ({}, {"update_id": 1}, {"update_id": 1, "message": {}}, {"update_id": 1, "poll": {"id": "1"}})
    secret = SECRET
    new_secret = "another-secret-0123456789-abcdefghijklmnopq"

    def signed(self, body: bytes, *, secret: str | None = None, now: Any = contract.NOW) -> Request:
        return replace(request(body, secret or self.secret), now=now)

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        return request(content), {"secret": SECRET}

    def assert_legal(self, payload: Payload) -> None:
        telegram_rules.check(payload)

    def said(self, payload: Payload) -> list[str]:
        return telegram_rules.texts(payload)


class TestTelegramSends(contract.SendContract):
    kind = "telegram"
    secrets = POLLS
    customer = "500000001"


class TestReading:
    def test_every_hostile_update_of_every_kind_is_harmless(self) -> None:
        kinds = ("business_message.json", "callback_query_ours.json", "my_chat_member_blocked.json")
        for name in (*kinds, "deleted_business_messages.json", "business_message_from_seller.json"):
            good = payload(name)
            (inner,) = (key for key in good if key != "update_id")
            for path, _ in _fields(good[inner]):
                for wrong in (None, True, 0, -1, 2**63 - 1, 1.5, "", "가" * 500, [], [[]], [{}], {}, {"": 1}):
                    for event in Telegram().parse(request({**good, inner: _with(good[inner], path, wrong)})):
                        contract.assert_storable(event)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [("photo", "image"), ("sticker", "sticker"), ("document", "other"), ("location", "other"), ("story", "other")],
    )
    def test_what_has_no_words_is_known_by_its_content(self, content: str, kind: str) -> None:
        event = read(message(text="", **{content: {"file_id": "f"}}))
        assert (event.text, event.kind) == ("", kind)

    def test_words_under_a_picture_are_words(self) -> None:
        event = read(message(text="", photo=[{"file_id": "f"}], caption="교환되나요?"))
        assert (event.text, event.kind) == ("교환되나요?", "text")

    @pytest.mark.parametrize("note", ["pinned_message", "new_chat_photo", "message_auto_delete_timer_changed"])
    def test_telegrams_own_notes_are_nobodys_words(self, note: str) -> None:
        assert list(Telegram().parse(request(message(text="", **{note: {"a": 1}})))) == []

    @pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "new", 7, None])
    def test_only_private_talks_count(self, kind: object) -> None:
        assert list(Telegram().parse(request(message(chat={"id": 500000001, "type": kind})))) == []

    @pytest.mark.parametrize(
        ("said", "kind", "text"),
        [
            ("/start", "button", "안녕하세요"),
            ("/start order_1234", "button", "안녕하세요"),
            ("/started", "text", "/started"),
            ("/help", "text", "/help"),
        ],
    )
    def test_the_first_press_is_a_hello(self, said: str, kind: str, text: str) -> None:
        event = read(message(text=said))
        assert (event.kind, event.text) == (kind, text)

    def test_the_same_person_is_somebody_else_in_the_sellers_own_account(self) -> None:
        bots, business = read(payload("message_text.json")), read(payload("business_message.json"))
        assert (bots.customer, business.customer) == ("500000001", "b:bc_AAAAAAAAAAE:500000001")

    def test_a_message_taken_back_is_found_by_the_id_it_came_with(self) -> None:
        came = read(payload("business_message.json"))
        gone, other = Telegram().parse(request(payload("deleted_business_messages.json")))
        assert isinstance(gone, Notice)
        assert (gone.message_id, gone.customer) == (came.event_id, came.customer)
        assert isinstance(other, Notice)
        assert other.message_id != came.event_id

    def test_a_press_in_a_group_or_of_an_inline_message_is_none_in_a_talk_with_us(self) -> None:
        query = payload("callback_query_ours.json")["callback_query"]
        in_group = {**query, "message": {**query["message"], "chat": {"id": -100123, "type": "supergroup"}}}
        inline = {name: query[name] for name in query if name != "message"} | {"inline_message_id": "i"}
        for each in (in_group, inline):
            assert list(Telegram().parse(request({"update_id": 1, "callback_query": each}))) == []

    def test_a_press_under_a_message_telegram_no_longer_shows_is_not_lost(self) -> None:
        query = payload("callback_query_ours.json")["callback_query"]
        gone = {"message_id": 104, "chat": query["message"]["chat"], "date": 0}
        said = [
            read({"update_id": 1, "callback_query": {**query, "message": gone, "data": data}}).text
            for data in ("=언제 와요", "#1")
        ]
        assert said == ["언제 와요", ""]

    @pytest.mark.parametrize("date", [None, "now", -1, True, 2**62, 1.5])
    def test_an_odd_date_is_no_date(self, date: object) -> None:
        assert read(message(date=date)).at is None


class TestSaying:
    def test_buttons_stand_under_the_last_bubble(self) -> None:
        rendered = Telegram().render([Reply("가", (Button("A"),)), Reply("나", (Button("B"),)), Reply("다")])
        telegram_rules.check(rendered)
        assert [sorted(each) for each in rendered["messages"]] == [["text"], ["text"], ["reply_markup", "text"]]

    def test_buttons_alone_get_words_to_stand_under(self) -> None:
        rendered = Telegram().render([Reply("", (Button("배송"),))])
        telegram_rules.check(rendered)
        assert len(rendered["messages"]) == 1

    @pytest.mark.parametrize("length", [1, 20, 21, 22, 64, 200])
    def test_every_button_a_seller_can_write_says_all_of_it_when_pressed(self, length: int) -> None:
        says = [f"{at}" + "한" * (length - 1) for at in range(10)]
        rendered = Telegram().render(
            [Reply("무엇을?", tuple(Button(f"질문 {at}", say) for at, say in enumerate(says)))]
        )
        telegram_rules.check(rendered)
        markup = rendered["messages"][-1]["reply_markup"]
        presses = [row[0]["callback_data"] for row in markup["inline_keyboard"]]
        assert [pressed(data, markup) for data in presses] == says

    def test_a_button_that_says_its_label_shows_the_label(self) -> None:
        rendered = Telegram().render([Reply("무엇을?", (Button("배송 조회"),))])
        assert rendered["messages"][0]["reply_markup"]["inline_keyboard"] == [
            [{"text": "배송 조회", "callback_data": "=배송 조회"}]
        ]

    def test_each_bubble_is_a_call_of_its_own(self) -> None:
        telegram = Telegram()
        rendered = telegram.render([Reply("가"), Reply("나")])
        assert [call["text"] for call in telegram.calls(rendered, answered=True)] == ["가", "나"]
        assert list(telegram.calls(telegram.render([]), answered=True)) == []

    def test_nothing_is_put_into_the_response(self) -> None:
        assert Telegram().respond([Telegram().render([Reply("가")])]).body == {}


@pytest.mark.parametrize(
    "broken",
    [
        {"text": " "},
        {"text": "😀" * 2049},
        {"text": "가", "parse_mode": "HTML"},
        {"text": "가", "reply_markup": {"keyboard": [[{"text": "가"}]]}},
        {"text": "가", "reply_markup": {"inline_keyboard": []}},
        {"text": "가", "reply_markup": {"inline_keyboard": [[{"text": "가", "callback_data": ""}]]}},
        {"text": "가", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}},
        {"text": "가", "reply_markup": {"inline_keyboard": [[{"text": "가", "callback_data": "가" * 22}]]}},
        {"text": "가", "reply_markup": {"inline_keyboard": [[{"text": "가", "callback_data": "a"}] * 9]}},
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(telegram_rules.Illegal):
        telegram_rules.check({"messages": [broken]})


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, payload("api_error_400_migrated.json"), Refused, "refused"),
        (401, payload("api_error_401.json"), ChannelDown, "token"),
        (404, {"ok": False, "error_code": 404, "description": "Not Found"}, ChannelDown, "token"),
        (403, payload("api_error_403_blocked.json"), Unreachable, "gone"),
        (403, {"description": "Forbidden: user is deactivated"}, Unreachable, "gone"),
        (403, {"description": "Forbidden: bot can't initiate conversation with a user"}, Unreachable, "gone"),
        (403, {"description": "Forbidden: something new"}, Refused, "refused"),
        (400, {"description": "Bad Request: chat not found"}, Refused, "refused"),
        (400, {"description": "Bad Request: business connection not found"}, Refused, "permission"),
        (409, payload("api_error_409_two_pollers.json"), ChannelDown, "taken_over"),
        (429, payload("api_error_429.json"), TryAgain, "busy"),
        (500, {"description": "Internal Server Error"}, MaybeSent, "unsure"),
        (502, {}, TryAgain, "busy"),
        (503, {}, TryAgain, "busy"),
        (504, {}, MaybeSent, "unsure"),
        (302, {}, TryAgain, "busy"),
        (200, {}, MaybeSent, "unsure"),
    ],
)
def test_each_failure_is_told_apart(status: int, body: dict[str, Any], kind: type[SendError], code: str) -> None:
    error = failure(Answer(status, {}, json.dumps(body).encode()))
    assert (type(error), error.code) == (kind, code)
    assert error.detail


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {"parameters": {"retry_after": 5}}, 5),
        ({"retry-after": "7"}, {}, 7),
        ({"retry-after": "Wed"}, {"parameters": {"retry_after": True}}, None),
        ({}, {"parameters": {"retry_after": -1}}, None),
    ],
)
def test_telegrams_own_waiting_time_is_kept(headers: dict[str, str], body: dict[str, Any], seconds: object) -> None:
    assert failure(Answer(429, headers, json.dumps(body).encode())).retry_after == seconds


def test_the_example_of_a_token_looks_like_one() -> None:
    field = Telegram.fields[0]
    assert re.fullmatch(field.pattern, field.example)
    assert re.fullmatch(field.pattern, TOKEN)
    for wrong in ("", "7000000001", TOKEN + "x", TOKEN[:-1], TOKEN.replace(":", " ")):
        assert not re.fullmatch(field.pattern, wrong)


class TestSending:
    def send(self, platforms: Platforms, to: str, reply_to: Mapping[str, Any], *texts: str) -> None:
        telegram = Telegram()
        for call in telegram.calls(telegram.render([Reply(text) for text in texts]), answered=True):
            telegram.send(Outgoing(call, to, contract.NOW, reply_to), POLLS, platforms.client)

    def test_an_answer_in_the_sellers_own_account_goes_out_there(self, platforms: Platforms) -> None:
        self.send(platforms, "b:bc_A:500000001", {}, "네")
        assert double(platforms).accepted[0].to == "b:bc_A:500000001"

    def test_a_pressed_button_is_released_once_before_the_answer(self, platforms: Platforms) -> None:
        self.send(platforms, "500000001", {"callback": "q1"}, "가", "나")
        assert double(platforms).released == ["q1"]
        assert double(platforms).texts() == ["가", "나"]

    def test_a_press_too_old_to_be_released_is_answered_all_the_same(self, platforms: Platforms) -> None:
        self.send(platforms, "500000001", {"callback": "old"}, "가")
        assert double(platforms).texts() == ["가"]

    @pytest.mark.parametrize(("token", "code"), [("7000000002:" + "x" * 35, "token"), ("none", "token")])
    def test_a_dead_token_stops_the_messenger_and_is_not_told(
        self, platforms: Platforms, token: str, code: str
    ) -> None:
        telegram = Telegram()
        (call,) = telegram.calls(telegram.render([Reply("네")]), answered=True)
        with pytest.raises(ChannelDown) as failed:
            telegram.send(Outgoing(call, "500000001", contract.NOW), {"bot_token": token}, platforms.client)
        assert failed.value.code == code
        assert token not in f"{failed.value!r}"


class TestConnecting:
    def test_the_bot_tells_its_name(self, platforms: Platforms) -> None:
        assert Telegram().check(CALLED, platforms.client) == {"name": "@sample_shop_bot"}
        assert Telegram().account_of(CALLED) == "7000000001"

    def test_a_wrong_token_is_told_at_its_field(self, platforms: Platforms) -> None:
        wrong = {**CALLED, "bot_token": "7000000002:" + "x" * 35}
        for ask in (
            lambda: Telegram().check(wrong, platforms.client),
            lambda: Telegram().install(wrong, ADDRESS, platforms.client),
            lambda: Telegram().installed(wrong, ADDRESS, platforms.client),
        ):
            with pytest.raises(NotAccepted) as refusal:
                ask()
            assert (refusal.value.code, refusal.value.field) == ("token", "bot_token")

    def test_telegram_is_told_our_address_our_secret_and_what_to_send(self, platforms: Platforms) -> None:
        telegram, client = Telegram(), platforms.client
        assert telegram.installed(CALLED, ADDRESS, client) == "none"
        double(platforms).says("연결하기 전에 온 말")
        telegram.install(CALLED, ADDRESS, client)

        told = double(platforms).webhook
        assert (told["url"], told["secret_token"], told["allowed_updates"]) == (ADDRESS, SECRET, list(WANTED))
        assert telegram.installed(CALLED, ADDRESS, client) == "ours"
        assert telegram.installed(CALLED, ADDRESS + "other/", client) == "other"
        assert len(double(platforms).updates) == 1

    @pytest.mark.parametrize("address", ["http://shop.example.com/", "https://shop.example.com/"])
    def test_an_address_telegram_cannot_use_is_told_with_its_words(self, platforms: Platforms, address: str) -> None:
        double(platforms).refuses = "Failed to resolve host: Name or service not known"
        with pytest.raises(NotAccepted) as refusal:
            Telegram().install(CALLED, address, platforms.client)
        assert refusal.value.code == "address"
        assert "bad webhook" in refusal.value.detail

    def test_an_address_telegram_has_not_reached_is_told(self, platforms: Platforms) -> None:
        double(platforms).unreached = "Wrong response from the webhook: 502 Bad Gateway"
        with pytest.raises(NotAccepted) as refusal:
            Telegram().install(CALLED, ADDRESS, platforms.client)
        assert (refusal.value.code, refusal.value.detail) == ("address", double(platforms).unreached)

    def test_a_failure_told_before_is_no_new_one(self, platforms: Platforms) -> None:
        double(platforms).webhook = {"url": ADDRESS}
        double(platforms).unreached = "Connection timed out"
        Telegram().install(CALLED, ADDRESS, platforms.client)

    def test_who_asks_takes_the_address_off_and_loses_nothing(self, platforms: Platforms) -> None:
        telegram, client = Telegram(), platforms.client
        double(platforms).webhook = {"url": ADDRESS}
        double(platforms).says("기다리는 말")
        assert telegram.installed(POLLS, ADDRESS, client) == "none"
        assert telegram.installed(POLLS, "https://else.example.com/", client) == "other"
        telegram.install(POLLS, ADDRESS, client)
        assert telegram.installed(POLLS, ADDRESS, client) == "ours"
        assert len(double(platforms).updates) == 1

    def test_only_our_own_address_is_taken_off(self, platforms: Platforms) -> None:
        double(platforms).webhook = {"url": "https://else.example.com/"}
        Telegram().remove(CALLED, ADDRESS, platforms.client)
        assert double(platforms).webhook
        double(platforms).webhook = {"url": ADDRESS}
        Telegram().remove(CALLED, ADDRESS, platforms.client)
        assert not double(platforms).webhook


class TestPolling:
    def poll(self, platforms: Platforms, cursor: Mapping[str, Any]) -> Any:
        return Telegram().poll(POLLS, cursor, platforms.client, contract.NOW)

    def test_only_who_chose_it_is_polled(self) -> None:
        assert Telegram().poll_every(POLLS) > 0
        assert Telegram().poll_every(CALLED) == Telegram().poll_every({}) == 0

    def test_a_batch_is_read_and_confirmed_by_the_next_call(self, platforms: Platforms) -> None:
        double(platforms).updates = payload("getupdates_batch.json")["result"]
        found = self.poll(platforms, {})
        assert [event.text for event in found.events] == ["안녕하세요", "교환하고 싶어요"]
        assert found.cursor == {"bot": "7000000001", "offset": 910000011}
        assert len(double(platforms).updates) == 2
        after = self.poll(platforms, found.cursor)
        assert (list(after.events), after.cursor) == ([], found.cursor)
        assert double(platforms).updates == []

    def test_what_cannot_be_stored_costs_only_itself(self, platforms: Platforms) -> None:
        double(platforms).says("하나")
        double(platforms).says("\x00")
        last = double(platforms).says("셋")
        found = self.poll(platforms, {})
        assert [event.text for event in found.events] == ["하나", "셋"]
        assert found.cursor["offset"] == last + 1

    def test_another_bots_place_in_the_queue_means_nothing_here(self, platforms: Platforms) -> None:
        double(platforms).says("새 봇에게")
        found = self.poll(platforms, {"bot": "7000000009", "offset": 10**9})
        assert [event.text for event in found.events] == ["새 봇에게"]

    def test_ids_that_begin_anew_after_a_quiet_week_are_followed(self, platforms: Platforms) -> None:
        double(platforms).updates = [{**message(), "update_id": 2_000_000_000}, {**message(), "update_id": 5}]
        assert self.poll(platforms, {}).cursor["offset"] == 6

    def test_two_that_ask_are_told_so(self, platforms: Platforms) -> None:
        double(platforms).webhook = {"url": ADDRESS}
        with pytest.raises(ChannelDown) as failed:
            self.poll(platforms, {})
        assert failed.value.code == "taken_over"

    def test_a_dead_platform_is_a_passing_fault(self, platforms: Platforms) -> None:
        with pytest.raises((SendError, NotSent, Unanswered)):
            Telegram().poll({**POLLS, "bot_token": "7000000002:" + "x" * 35}, {}, platforms.client, contract.NOW)


def test_an_incoming_of_every_kind_can_be_stored() -> None:
    for entry in contract.files("telegram"):
        if "reads" in entry:
            for event in Telegram().parse(request(payload(entry["file"]))):
                contract.assert_storable(event)
                assert isinstance(event, Incoming | Notice)


def _fields(value: Any, path: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), inner
            yield from _fields(inner, (*path, key))


def _with(value: Any, path: tuple[str, ...], wrong: object) -> Any:
    if not path:
        return wrong
    return {**value, path[0]: _with(value[path[0]], path[1:], wrong)}
