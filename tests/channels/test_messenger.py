from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from autoresponder.channels.base import Notice, Request
from autoresponder.channels.errors import BadSignature, ChannelDown, Refused, TryAgain, Unreachable
from autoresponder.channels.messenger import Messenger
from autoresponder.engine.types import Button, Incoming, Reply
from tests.channels import contract, meta_contract
from tests.channels.meta_contract import request, sample
from tests.channels.meta_rules import Illegal, check
from tests.platforms.dialect import Told
from tests.platforms.messenger import PERSON_TOKEN
from tests.platforms.messenger import Messenger as Dialect
from tests.platforms.meta import APP_SECRET, error
from tests.platforms.server import Platforms

GOOD = sample("messenger", "messenger_text.json")
VALUES = {
    "page_id": Dialect.account,
    "access_token": Dialect.token,
    "app_secret": APP_SECRET,
    "app_id": Dialect.app_id,
    "verify_token": "sample-verify-token",
}
PAGE, CUSTOMER = Dialect.account, "9000000000000001"

BUSY, DOWN = (TryAgain, "busy"), (ChannelDown, "permission")
# The table of the facts, once more and by hand: code, subcode -> what becomes of the message.
ERRORS: dict[tuple[int, int], Any] = {
    **dict.fromkeys([(code, 0) for code in (1, 2, -1, 1200, 4, 17, 32, 613)], BUSY),
    (10, 2018278): (Refused, "window"),
    (10, 1893063): (ChannelDown, "suspended"),
    **dict.fromkeys([(10, 0), (200, 0), (230, 0), (299, 0)], DOWN),
    (200, 1545041): (Unreachable, "gone"),
    (100, 0): (Refused, "refused"),
    (100, 1893061): (Refused, "refused"),
    (100, 2018001): (Refused, "refused"),
    (190, 0): (ChannelDown, "token"),
    (190, 460): (ChannelDown, "token"),
    (368, 0): (ChannelDown, "suspended"),
    (551, 0): (Unreachable, "gone"),
}


class TestMessengerContract(meta_contract.Hook):
    kind = "messenger"
    good = GOOD
    unknown = ({}, {"object": "page"}, {"object": "page", "entry": []}, sample("messenger", "messenger_delivery.json"))
    values = VALUES


class TestMessengerSends(meta_contract.Sending):
    kind = "messenger"
    dialect = Dialect
    values = VALUES
    errors = ERRORS

    def test_the_answer_names_itself_ours_so_that_its_echo_is_known(self, platforms: Platforms) -> None:
        message_id = self.send(platforms)
        assert platforms["messenger"].metadata == ["dapjigi"]  # type: ignore[attr-defined]
        echo = {"mid": message_id, "is_echo": True, "metadata": "dapjigi", "text": "네, 오늘 출발해요."}
        assert Messenger().parse(request(event(message=echo, sender=PAGE, recipient=CUSTOMER))) == []

    def test_a_sample_error_of_meta_is_understood(self, platforms: Platforms) -> None:
        for name, kind in (
            ("190", ChannelDown),
            ("10_window", Refused),
            ("100_retired_tag", Refused),
            ("613", TryAgain),
            ("551", Unreachable),
        ):
            told = Told(400, sample("messenger", f"graph_error_{name}.json"))
            assert type(self.refused_with(platforms, told)) is kind

    def test_a_talk_is_given_away_only_where_the_seller_wants_it(self, platforms: Platforms) -> None:
        *_, last = Messenger().calls(Messenger().render([Reply("곧 답드릴게요.", role="hand_off")]), answered=True)
        assert Messenger().send(self.outgoing(last), VALUES, platforms.client) == ""
        assert self.graph(platforms).calls == []
        Messenger().send(self.outgoing(last), {**VALUES, "handover": "yes"}, platforms.client)
        assert self.graph(platforms).handed_over == [(self.customer, 263902037430900)]
        assert self.graph(platforms).accepted == []
        assert Messenger().keyed(last)

    def test_a_missing_right_to_give_a_talk_away_does_not_stop_the_page(self, platforms: Platforms) -> None:
        graph = self.graph(platforms)
        for told, kind in ((error(10, "no"), Refused), (error(190, "no"), ChannelDown), (error(2, "no"), TryAgain)):
            graph.post = lambda edge, call, told=told: told  # type: ignore[method-assign]
            with pytest.raises(kind) as failure:
                Messenger().send(self.outgoing({"pass": True}), {**VALUES, "handover": "yes"}, platforms.client)
            assert type(failure.value) is kind

    def test_the_page_is_found_by_its_token(self, platforms: Platforms) -> None:
        unsaid = {name: value for name, value in VALUES.items() if name != "page_id"}
        assert Messenger().check(unsaid, platforms.client) == {"name": "오후의 서랍", "page_id": PAGE}
        assert Messenger().check({**unsaid, "page_id": ""}, platforms.client)["page_id"] == PAGE

    def test_a_persons_token_or_another_page_is_of_another_kind(self, platforms: Platforms) -> None:
        self.not_accepted(platforms, {"access_token": PERSON_TOKEN}, "other_kind", "access_token")
        self.not_accepted(platforms, {"page_id": "100000000000099"}, "other_kind", "access_token")
        self.not_accepted(platforms, {"access_token": PERSON_TOKEN, "page_id": ""}, "other_kind", "access_token")

    def test_a_wrong_app_secret_is_found_before_a_customer_finds_it(self, platforms: Platforms) -> None:
        self.not_accepted(platforms, {"app_secret": meta_contract.NEW_SECRET}, "token", "app_secret")

    def test_another_app_on_the_page_is_not_ours(self, platforms: Platforms) -> None:
        Messenger().install(VALUES, meta_contract.ADDRESS, platforms.client)
        graph = self.graph(platforms)
        graph.subscribed.clear()
        graph.stranger_apps = ["123456"]
        assert Messenger().installed(VALUES, meta_contract.ADDRESS, platforms.client) == "none"


def event(sender: object = CUSTOMER, recipient: object = PAGE, box: str = "messaging", **told: Any) -> dict[str, Any]:
    happened = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": 1795336000123, **told}
    return {"object": "page", "entry": [{"id": PAGE, "time": 1795336000500, box: [happened]}]}


def test_the_worked_examples_of_the_signature() -> None:
    vectors = sample("messenger", "vectors.json")
    for case in vectors["cases"]:
        headers = {"x-hub-signature-256": case["x_hub_signature_256"]} if case["x_hub_signature_256"] else {}
        asked = Request("POST", headers, case["body_raw"].encode(), contract.NOW)
        secrets = {"app_secret": vectors["app_secret"]}
        if case["expect"] == "accept":
            Messenger().verify(asked, secrets)
            (message,) = Messenger().parse(asked)
            assert isinstance(message, Incoming)
            assert message.text == "배송 언제 오나요?"
        else:
            with pytest.raises(BadSignature):
                Messenger().verify(asked, secrets)


def test_the_worked_example_of_the_handshake() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "sample-verify-token"}
    assert Messenger().handshake(query, VALUES) == "1158201444"


@pytest.mark.parametrize(
    "changed",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "열쇠"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
        {"hub.challenge": "1" * 201},
        {"hub.challenge": "1\n2"},
    ],
)
def test_a_handshake_that_is_not_right_is_refused(changed: Mapping[str, str]) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "sample-verify-token", **changed}
    assert Messenger().handshake(query, VALUES) is None


def test_without_a_token_of_ours_no_handshake_succeeds() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""}
    assert Messenger().handshake(query, {}) is None
    assert Messenger().handshake({}, VALUES) is None
    assert Messenger().handshake({**query, "hub.verify_token": "old"}, {**VALUES, "old_verify_token": "old"}) == "1"


def test_the_page_never_answers_itself() -> None:
    message = {"mid": "m_1", "text": "안녕하세요"}
    assert Messenger().parse(request(event(sender=PAGE, recipient=PAGE, message=message))) == []
    assert Messenger().parse(request(event(sender=PAGE, message={**message, "is_echo": True}))) == []


@pytest.mark.parametrize(
    ("what", "handed"),
    [
        ("person_takes", {"take_thread_control": {"previous_owner_app_id": "700000000000001"}}),
        ("person_takes", {"take_thread_control": {"new_owner_app_id": 263902037430900}}),
        ("person_leaves", {"take_thread_control": {"previous_owner_app_id": "263902037430900"}}),
        ("person_leaves", {"pass_thread_control": {"previous_owner_app_id": None, "new_owner_app_id": "7"}}),
        ("person_takes", {"pass_thread_control": {"new_owner_app_id": 263902037430900}}),
    ],
)
def test_who_has_the_talk_now(what: str, handed: dict[str, Any]) -> None:
    (notice,) = Messenger().parse(request(event(**handed)))
    assert isinstance(notice, Notice)
    assert (notice.what, notice.customer) == (what, CUSTOMER)


@pytest.mark.parametrize(
    "other", [{"request_thread_control": {"requested_owner_app_id": "1"}}, {"app_roles": {"1": []}}]
)
def test_other_news_about_control_are_nothing_to_act_on(other: dict[str, Any]) -> None:
    assert Messenger().parse(request(event(**other))) == []


@pytest.mark.parametrize("mid", [None, "", 1.5, []])
def test_a_message_without_an_id_is_known_again_all_the_same(mid: object) -> None:
    body = event(message={"mid": mid, "text": "안녕하세요"})
    (first,), (again,) = (Messenger().parse(request(body)) for _ in range(2))
    (other,) = Messenger().parse(request(event(message={"mid": mid, "text": "안녕하세요!"})))
    assert isinstance(first, Incoming)
    assert isinstance(other, Incoming)
    assert first == again
    assert first.event_id
    assert first.event_id != other.event_id


def test_long_ids_that_begin_alike_stay_different_and_fit() -> None:
    ids = set()
    for end in "ab":
        (message,) = Messenger().parse(request(event(message={"mid": "m" * 300 + end, "text": "네"})))
        assert isinstance(message, Incoming)
        assert len(message.event_id) <= 200
        ids.add(message.event_id)
    assert len(ids) == 2


@pytest.mark.parametrize("stamp", [None, "", -1, 0, True, 2**62, 10**18, "soon", 1.5])
def test_an_odd_moment_is_no_moment(stamp: object) -> None:
    (message,) = Messenger().parse(request(event(message={"mid": "m_1", "text": "네"}, timestamp=stamp)))
    assert message.at is None


def test_a_postback_without_a_title_says_what_it_carries() -> None:
    (message,) = Messenger().parse(request(event(postback={"mid": "m_1", "payload": "GET_STARTED"})))
    assert isinstance(message, Incoming)
    assert (message.text, message.kind) == ("GET_STARTED", "button")


def test_a_pressed_button_says_all_that_a_rule_book_can_hold() -> None:
    say = "배송 언제 " + "와" * 194
    payload = Messenger().render([Reply("골라 주세요.", (Button("배송", say),))])
    check("messenger", payload)
    (quick,) = payload["calls"][0]["message"]["quick_replies"]
    assert quick["payload"] == say
    said = {"mid": "m_1", "text": quick["title"], "quick_reply": {"payload": quick["payload"]}}
    (message,) = Messenger().parse(request(event(message=said)))
    assert isinstance(message, Incoming)
    assert message.text == say


def test_buttons_without_a_word_get_one_above_them() -> None:
    payload = Messenger().render([Reply("", (Button("배송"),))])
    check("messenger", payload)
    assert payload["calls"][0]["message"]["text"] == "👇"


def test_a_silent_hand_off_still_gives_the_talk_away() -> None:
    assert Messenger().render([Reply("", role="hand_off")]) == {"calls": [{"pass": True}]}


@pytest.mark.parametrize(
    "broken",
    [
        {"message": {"text": ""}},
        {"message": {"text": "가" * 2001}},
        {"message": {"text": "네", "quick_replies": []}},
        {"message": {"text": "네", "tag": "HUMAN_AGENT"}},
        {"message": {"text": "네", "quick_replies": [{"content_type": "text", "title": "가" * 21, "payload": "가"}]}},
        {"message": {"text": "네", "quick_replies": [{"content_type": "text", "title": "가", "payload": "가" * 1001}]}},
        {"message": {"text": "네"}, "messaging_type": "MESSAGE_TAG"},
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(Illegal):
        check("messenger", json.loads(json.dumps({"calls": [broken]})))
