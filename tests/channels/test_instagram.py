from __future__ import annotations

from typing import Any

import pytest

from autoresponder.channels.errors import ChannelDown, Refused, TryAgain, Unreachable
from autoresponder.channels.instagram import Instagram
from autoresponder.engine.types import Button, Incoming, Reply
from autoresponder.net.client import Client
from tests.channels import meta_contract
from tests.channels.meta_contract import request, sample
from tests.channels.meta_rules import Illegal, check, texts
from tests.platforms.instagram import Instagram as Dialect
from tests.platforms.meta import APP_SECRET
from tests.platforms.server import LOOPBACK, Platforms

VALUES = {
    "account_id": Dialect.account,
    "access_token": Dialect.token,
    "app_secret": APP_SECRET,
    "app_id": Dialect.app_id,
    "verify_token": "sample-verify-token",
}


class TestInstagramContract(meta_contract.Hook):
    kind = "instagram"
    good = sample("instagram", "instagram_text.json")
    unknown = ({"object": "instagram"}, sample("instagram", "instagram_comment.json"))
    values = VALUES


class TestInstagramSends(meta_contract.Sending):
    kind = "instagram"
    dialect = Dialect
    values = VALUES
    errors = {
        (10, 2534022): (Refused, "window"),
        (10, 2018278): (Refused, "window"),
        (613, 0): (TryAgain, "busy"),
        (190, 0): (ChannelDown, "token"),
        (200, 0): (ChannelDown, "permission"),
        (368, 0): (ChannelDown, "suspended"),
        (551, 0): (Unreachable, "gone"),
    }

    def test_the_account_is_found_by_what_events_call_it(self, platforms: Platforms) -> None:
        unsaid = {name: value for name, value in VALUES.items() if name != "account_id"}
        told = Instagram().check(unsaid, platforms.client)
        assert told == {"name": "afternoon.drawer", "account_id": Dialect.account}
        self.not_accepted(platforms, {"account_id": "28978600000000001"}, "other_kind", "access_token")

    def test_all_but_the_app_is_asked_at_instagrams_own_host(self, platforms: Platforms) -> None:
        own_host = {"https://graph.instagram.com": platforms.urls["https://graph.instagram.com"]}
        net = Client(instead=own_host, allowed=[LOOPBACK])
        without_app = {name: value for name, value in VALUES.items() if name != "app_id"}
        assert Instagram().check(VALUES, net)
        assert Instagram().send(self.outgoing(self.call()), VALUES, net)
        Instagram().install(without_app, meta_contract.ADDRESS, net)
        Instagram().remove(without_app, meta_contract.ADDRESS, net)
        # What proves the app at Facebook is not documented there.
        assert all("appsecret_proof" not in call.query for call in self.graph(platforms).calls)

    def test_a_talk_goes_to_instagrams_own_inbox(self, platforms: Platforms) -> None:
        Instagram().send(self.outgoing({"pass": True}), {**VALUES, "handover": "yes"}, platforms.client)
        assert self.graph(platforms).handed_over == [(self.customer, 1217981644879628)]


def test_a_long_korean_answer_is_cut_by_bytes_and_keeps_every_word() -> None:
    words = "주문하신 상품은 오늘 오후 두 시에 출발해요. " * 80  # 2,080 characters, about what a rule may hold
    payload = Instagram().render([Reply(words)])
    check("instagram", payload)
    assert len(payload["calls"]) > 4
    assert "".join("".join(texts(payload)).split()) == "".join(words.split())


def test_a_button_has_twenty_characters_and_not_twenty_bytes() -> None:
    label = "교환이나 반품을 하고 싶으신가요?"
    payload = Instagram().render([Reply("골라 주세요.", (Button(label), Button("a" * 30)))])
    check("instagram", payload)
    titles = [quick["title"] for quick in payload["calls"][0]["message"]["quick_replies"]]
    assert titles == [label, "a" * 19 + "…"]


def test_a_share_with_words_is_a_text_and_without_words_something_to_look_at() -> None:
    attached = [{"type": "ig_post", "payload": {"url": "https://example.com/p"}}]
    for words, kind in (("이거 있어요?", "text"), ("", "other")):
        body = sample("instagram", "instagram_text.json")
        body["entry"][0]["messaging"][0]["message"] |= {"text": words, "attachments": attached}
        (message,) = Instagram().parse(request(body))
        assert isinstance(message, Incoming)
        assert (message.text, message.kind) == (words, kind)


@pytest.mark.parametrize("broken", [{"text": "가" * 334}, {"text": " "}, {"attachment": {}, "text": "네"}])
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    with pytest.raises(Illegal):
        check("instagram", {"calls": [{"message": broken}]})
