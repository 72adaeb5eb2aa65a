from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autoresponder.channels.base import Notice, Payload, Request
from autoresponder.channels.errors import TooLate
from autoresponder.channels.kakao import HEADER, Kakao
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Button, Incoming, Reply
from autoresponder.inbox import handoff, notice, outbox
from autoresponder.inbox.models import Conversation
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import User
from tests.channels import contract
from tests.channels.kakao_rules import Illegal, check, texts
from tests.platforms.kakao import Kakao as Platform
from tests.platforms.server import Platforms

SECRET = "kakao-test-secret-0123456789-abcdefgh"
GOOD: dict[str, Any] = json.loads((contract.folder("kakao") / "request-quickreply-click.json").read_text())


def request(body: object, **headers: str) -> Request:
    given = {HEADER.lower(): SECRET, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request("POST", given, body if isinstance(body, bytes) else json.dumps(body).encode(), contract.NOW)


class TestKakaoContract(contract.HookContract):
    kind = "kakao"
    proof = HEADER.lower()
    good = GOOD
    unknown = ({}, {"userRequest": {}}, {"userRequest": {"user": {"id": "u"}}}, {"userRequest": {"utterance": "안녕"}})
    secret = SECRET
    new_secret = "another-secret-0123456789-abcdefghij"

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = contract.NOW) -> Request:
        return Request("POST", {self.proof: secret or self.secret, "x-request-id": "r-1"}, body, now)

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        return request(content), {"secret": SECRET}

    def assert_legal(self, payload: Payload) -> None:
        check(payload)

    def said(self, payload: Payload) -> list[str]:
        return texts(payload)


class TestKakaoCallback(contract.SendContract):
    """A person's words, within the minute that a block with "callback" on gives them."""

    kind = "kakao"
    secrets = {"secret": SECRET}

    @pytest.fixture(autouse=True)
    def waiting(self, platforms: Platforms) -> None:
        dialect = platforms["kakao"]
        assert isinstance(dialect, Platform)
        until = datetime.now(UTC) + timedelta(seconds=50)
        self.reply_to = {"callback": dialect.open(self.customer), "until": until.isoformat()}

    def test_it_takes_one_answer(self, platforms: Platforms) -> None:
        self.send(platforms)
        with pytest.raises(TooLate):
            self.send(platforms)

    def test_after_its_time_nothing_is_tried(self, platforms: Platforms) -> None:
        self.reply_to = {**self.reply_to, "until": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
        with pytest.raises(TooLate):
            self.send(platforms)
        assert platforms["kakao"].calls == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/callback",
        "https://bot-api.kakao.com.evil.example/x",
        "https://evil.example/?.kakao.com/x",
        "http://bot-api.kakao.com/v1/x",
        "https://user@bot-api.kakao.com/v1/x",
        "https://kakao.com/x",
        "https://bot-api.kakao.com/a b",
        "",
        5,
        None,
    ],
)
def test_a_callback_that_is_not_kakaos_is_none(url: object) -> None:
    (message,) = Kakao().parse(request({**GOOD, "userRequest": {**GOOD["userRequest"], "callbackUrl": url}}))
    assert message.reply_to == {}


@pytest.mark.django_db
def test_a_person_who_has_the_talk_answers_within_the_minute(
    kakao: Connection, published: Version, owner: User, platforms: Platforms, now: datetime
) -> None:
    dialect = platforms["kakao"]
    assert isinstance(dialect, Platform)
    line = find.by_token("kakao", kakao.token)
    assert line is not None
    until = (now + timedelta(seconds=50)).isoformat()
    reply_to = {"callback": dialect.open("c1"), "until": until}
    receive(line, Incoming("e0", "c1", "배송비 얼마예요?"), now=now)
    notice.take(line, Notice("person_takes", "c1"), now=now)

    held = receive(line, Incoming("e1", "c1", "아직 안 왔어요", reply_to=reply_to), now=now)
    assert held.payload["useCallback"] is True
    talk = Conversation.objects.get()
    assert handoff.can_reply(talk, now=now + timedelta(seconds=40))
    handoff.reply_as_person(talk, "확인해 보고 알려 드릴게요.", by=owner, now=now + timedelta(seconds=40))
    outbox.drain(lambda: now + timedelta(seconds=41), net=platforms.client)

    assert [(said.to, said.text) for said in dialect.accepted] == [("c1", "확인해 보고 알려 드릴게요.")]
    assert not handoff.can_reply(talk, now=now + timedelta(seconds=51))
    with pytest.raises(handoff.CannotReply):
        handoff.reply_as_person(talk, "늦었어요", by=owner, now=now + timedelta(seconds=51))


def test_without_a_callback_a_held_talk_gets_one_polite_sentence() -> None:
    check(Kakao().silence({}))
    assert texts(Kakao().silence({}))


def test_the_customer_and_the_request_make_the_event() -> None:
    (message,) = Kakao().parse(request(GOOD, x_request_id="r-1"))
    assert message.event_id == f"{message.customer}:r-1"


@pytest.mark.parametrize("odd", ["", "한글", "\x00", "x" * 121, "\udcff", "a\nb"])
def test_an_odd_request_id_makes_no_event(odd: str) -> None:
    (message,) = Kakao().parse(request(GOOD, x_request_id=odd))
    assert message.event_id == ""


def test_a_user_id_beyond_kakaos_length_is_no_user() -> None:
    body = {"userRequest": {"user": {"id": "u" * 71}, "utterance": "안녕하세요"}}
    assert Kakao().parse(request(body)) == []
    body["userRequest"]["user"] = {"id": "u" * 70}
    assert len(Kakao().parse(request(body))) == 1


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [
        ("TEXT_INPUT", "text"),
        ("CARD_BUTTON_BLOCK", "button"),
        ("QUICKREPLY_BUTTON_BLOCK", "button"),
        ("LIST_ITEM_MESSAGE", "button"),
        ("IMAGE_UPLOAD", "image"),
        ("SOMETHING_NEW", "text"),
        (7, "text"),
    ],
)
def test_how_it_was_said(trigger: object, kind: str) -> None:
    (message,) = Kakao().parse(request({**GOOD, "flow": {"trigger": {"type": trigger}}}))
    assert message.kind == kind


@pytest.mark.parametrize(
    ("bot", "surface", "is_test"),
    [("5f0", "Kakaotalk.plusfriend", False), ("5f0!", "Kakaotalk.plusfriend", True), ("5f0", "BuilderBotTest", True)],
)
def test_the_admin_test_and_the_development_channel_are_tests(bot: str, surface: str, is_test: bool) -> None:
    spoken = {**GOOD["userRequest"], "params": {"surface": surface}}
    (message,) = Kakao().parse(request({**GOOD, "bot": {"id": bot}, "userRequest": spoken}))
    assert message.test is is_test


def test_a_photo_is_known_by_its_media_alone() -> None:
    spoken = {**GOOD["userRequest"], "params": {"media": {"type": "image", "url": "https://example.com/a.jpg"}}}
    (message,) = Kakao().parse(request({"userRequest": spoken}))
    assert (message.kind, message.text) == ("image", "")


@pytest.mark.parametrize(("length", "bubbles"), [(400, 1), (401, 2)])
def test_a_hand_off_is_one_card_up_to_the_limit_of_a_card(length: int, bubbles: int) -> None:
    payload = Kakao().render([Reply("가" * length, role="hand_off")])
    check(payload)
    assert len(payload["template"]["outputs"]) == bubbles


def test_a_long_hand_off_keeps_its_words_and_its_button() -> None:
    words = "담당자가 확인한 뒤에 연락드릴게요. " * 30
    payload = Kakao().render([Reply("안녕하세요.", role="greeting"), Reply(words, role="hand_off")])
    check(payload)
    said = texts(payload)
    assert contract.nonblank(said[0] + said[1]) == contract.nonblank("안녕하세요." + words)
    assert operator_buttons(payload) == 1
    assert "textCard" in payload["template"]["outputs"][-1]


def test_four_bubbles_and_a_hand_off_take_three_places() -> None:
    payload = Kakao().render([*(Reply(f"{n}번 안내예요.") for n in range(4)), Reply("곧 답드릴게요.", role="hand_off")])
    check(payload)
    assert contract.nonblank("".join(texts(payload))) == "0번안내예요.1번안내예요.2번안내예요.3번안내예요.곧답드릴게요."


def test_the_largest_answer_stays_under_30_kilobytes_even_when_escaped() -> None:
    buttons = tuple(Button(f"{n}" + "\u0001" * 40, "\u0001" + "힣" * 3_000) for n in range(30))
    payload = Kakao().render([Reply("\x01힣" * 5_000, buttons)])
    check(payload)
    assert len(payload["template"]["quickReplies"]) == 10


def test_silence_and_failure_are_short_legal_answers() -> None:
    check(dict(Kakao().respond([]).body))
    failed = Kakao().failed()
    assert failed.status == 200
    check(dict(failed.body))
    assert operator_buttons(dict(failed.body)) == 1


def test_buttons_of_a_merged_answer_stay_pressable() -> None:
    payload = Kakao().render([Reply(f"{n}번", (Button(f"질문 {n}"),)) for n in range(5)])
    assert [quick["messageText"] for quick in payload["template"]["quickReplies"]] == [f"질문 {n}" for n in range(5)]


@pytest.mark.parametrize(
    "broken",
    [
        {"version": "1.0"},
        {"template": {"outputs": []}},
        {"template": {"outputs": [{"simpleText": {"text": "네"}}] * 4}},
        {"template": {"outputs": [{"simpleText": {"text": " "}}]}},
        {"template": {"outputs": [{"simpleText": {"text": "😀" * 501}}]}},
        {"template": {"outputs": [{"textCard": {"title": "가" * 51}}]}},
        {"template": {"outputs": [{"textCard": {"title": "가", "description": "나" * 400}}]}},
        {"template": {"outputs": [{"textCard": {"buttons": []}}]}},
        {
            "template": {
                "outputs": [{"textCard": {"title": "가", "buttons": [{"action": "operator", "label": "가" * 15}]}}]
            }
        },
        {"template": {"outputs": [{"textCard": {"title": "가", "buttons": [{"action": "message", "label": "가"}]}}]}},
        {
            "template": {
                "outputs": [{"simpleText": {"text": "네"}}],
                "quickReplies": [{"label": "가", "action": "operator"}],
            }
        },
        {
            "template": {
                "outputs": [{"simpleText": {"text": "네"}}],
                "quickReplies": [{"label": "가", "action": "message"}],
            }
        },
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(Illegal):
        check({"version": "2.0", "template": {"outputs": [{"simpleText": {"text": "네"}}]}, **broken})


def operator_buttons(payload: Payload) -> int:
    cards = [output.get("textCard", {}) for output in payload["template"]["outputs"]]
    return sum(button["action"] == "operator" for card in cards for button in card.get("buttons", ()))
