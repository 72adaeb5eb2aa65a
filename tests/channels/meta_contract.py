"""What Messenger, Instagram and WhatsApp must all do, besides the contract of every messenger."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

import pytest

from autoresponder.channels.base import Outgoing, Payload, Request
from autoresponder.channels.errors import ChannelDown, MaybeSent, NotAccepted, Refused, SendError, TryAgain, Unreachable
from tests.channels import contract, meta_rules
from tests.platforms.dialect import Call, Told
from tests.platforms.meta import APP_SECRET, Graph, error
from tests.platforms.server import Platforms

NEW_SECRET = "fedcba9876543210fedcba9876543210"
ADDRESS = "https://shop.example.com/hooks/kind/app/"
CLASSES = {"busy": TryAgain, "gone": Unreachable, "window": Refused, "token": ChannelDown, "suspended": ChannelDown}


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    """With Python's own tools and nothing of the product's."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def request(content: object, secret: str = APP_SECRET) -> Request:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Request("POST", {"x-hub-signature-256": signature(body, secret)}, body, contract.NOW)


def sample(kind: str, name: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((contract.folder(kind) / name).read_text()))


class Hook(contract.HookContract):
    proof = "x-hub-signature-256"
    secret = APP_SECRET
    new_secret = NEW_SECRET
    secret_name = "app_secret"

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = contract.NOW) -> Request:
        return request(body, secret or self.secret)

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        return request(content), {"app_secret": APP_SECRET}

    def assert_legal(self, payload: Payload) -> None:
        meta_rules.check(cast(meta_rules.Kind, self.kind), payload)

    def said(self, payload: Payload) -> list[str]:
        return meta_rules.texts(payload)

    def test_every_call_of_a_payload_is_made(self) -> None:
        payload = self.channel.render([contract.Reply("네."), contract.Reply("곧 답드릴게요.", role="hand_off")])
        for answered in (True, False):
            assert list(self.channel.calls(payload, answered=answered)) == payload["calls"]

    def test_the_answer_to_meta_is_empty_and_a_failure_asks_for_a_repeat(self) -> None:
        assert (self.channel.respond([]).status, dict(self.channel.respond([]).body)) == (200, {})
        assert self.channel.failed().status == 503

    def test_another_product_of_meta_is_not_for_us(self) -> None:
        assert list(self.channel.parse(request({**self.good, "object": "user"}))) == []

    def test_an_entry_that_makes_no_sense_does_not_spoil_its_neighbours(self) -> None:
        entries = [None, 7, {}, {"id": None}, *self.good["entry"], {"id": "1", "messaging": "x", "changes": [[]]}]
        messages = list(self.channel.parse(request({**self.good, "entry": entries})))
        assert messages == list(self.channel.parse(request(self.good)))

    def test_each_account_is_told_apart(self) -> None:
        assert self.channel.shared_hook
        (message,) = self.channel.parse(request(self.good))
        assert message.account == self.channel.account_of(self.values)

    @property
    def values(self) -> dict[str, str]:
        raise NotImplementedError


class Sending(contract.SendContract):
    """`dialect` has the account; `values` is what a seller has connected it with."""

    dialect: type[Graph]
    values: Mapping[str, str]
    errors: Mapping[tuple[int, int], tuple[type[SendError], str]]

    @property
    def secrets(self) -> Mapping[str, str]:  # type: ignore[override]
        return self.values

    def graph(self, platforms: Platforms) -> Graph:
        return cast(Graph, platforms[self.kind])

    def refused_with(self, platforms: Platforms, told: Told) -> SendError:
        graph = self.graph(platforms)
        graph.refusal = lambda: told  # type: ignore[method-assign]
        graph.set("error")
        with pytest.raises(SendError) as failure:
            self.send(platforms)
        return failure.value

    def test_each_code_has_its_fate_whatever_the_status(self, platforms: Platforms) -> None:
        for (code, subcode), (kind, why) in self.errors.items():
            for status in (200, 400, 500):
                failure = self.refused_with(platforms, error(code, "no", subcode, status=status))
                assert (type(failure), failure.code) == (kind, why), (code, subcode, status)
                assert f"({code}" in failure.detail
        assert self.graph(platforms).accepted == []

    def test_an_unknown_code_is_judged_by_the_status(self, platforms: Platforms) -> None:
        for status, kind in ((200, Refused), (400, Refused), (429, TryAgain), (500, MaybeSent), (503, TryAgain)):
            assert type(self.refused_with(platforms, error(999_999, "new", status=status))) is kind

    def test_success_without_an_id_is_in_doubt(self, platforms: Platforms) -> None:
        for body in ({}, {"message_id": ""}, {"messages": []}, {"messages": [{"id": 1.5}]}, "ok"):
            assert isinstance(self.refused_with(platforms, Told(200, body)), MaybeSent)

    def test_a_token_that_meta_repeats_in_its_error_is_not_told(self, platforms: Platforms) -> None:
        self.graph(platforms).tokens.clear()
        with pytest.raises(ChannelDown) as failure:
            self.send(platforms)
        assert failure.value.code == "token"
        assert "Malformed access token ***" in failure.value.detail
        assert self.values["access_token"] not in repr(failure.value)

    def test_nothing_secret_stands_in_an_address(self, platforms: Platforms) -> None:
        self.send(platforms)
        self.channel.check(self.values, platforms.client)
        self.channel.install(self.values, ADDRESS, platforms.client)
        for call in self.graph(platforms).calls:
            told = f"{call.path} {call.query}"
            assert self.values["access_token"] not in told
            assert self.values["app_secret"] not in told

    def test_the_account_answers_with_its_name(self, platforms: Platforms) -> None:
        told = self.channel.check(self.values, platforms.client)
        assert told["name"]
        assert self.channel.account_of({**self.values, **told}) == self.dialect.account

    def test_a_wrong_token_and_a_missing_right_are_said_at_the_field(self, platforms: Platforms) -> None:
        self.not_accepted(platforms, {"access_token": "EAAnobodyknowsthistoken0000"}, "token", "access_token")
        self.graph(platforms).me = lambda call, bearer: error(200, "Permissions error", status=403)  # type: ignore[method-assign]
        self.graph(platforms).itself = self.graph(platforms).me  # type: ignore[method-assign]
        self.not_accepted(platforms, {}, "permission", "access_token")

    def test_a_platform_in_trouble_is_not_blamed_on_the_seller(self, platforms: Platforms) -> None:
        self.graph(platforms).answer = lambda call: error(2, "try later", status=500)  # type: ignore[method-assign]
        self.not_accepted(platforms, {}, "busy", "access_token")

    def test_our_address_is_registered_found_and_taken_off(self, platforms: Platforms) -> None:
        channel, graph, client = self.channel, self.graph(platforms), platforms.client
        assert channel.installed(self.values, ADDRESS, client) == "none"
        channel.install(self.values, ADDRESS, client)
        hook = graph.hooks[channel.hook_object]  # type: ignore[attr-defined]
        assert hook["callback_url"] == ADDRESS
        assert "messages" in [field["name"] for field in hook["fields"]]
        assert graph.subscribed
        assert channel.installed(self.values, ADDRESS, client) == "ours"
        assert channel.installed(self.values, "https://other.example.com/hooks/x/y/", client) == "other"
        hook["active"] = False
        assert channel.installed(self.values, ADDRESS, client) == "off"
        hook["active"] = True
        channel.remove(self.values, ADDRESS, client)
        assert channel.installed(self.values, ADDRESS, client) == "none"
        assert hook["callback_url"] == ADDRESS, "the app may serve other shops"

    def test_without_the_apps_id_only_the_account_is_subscribed(self, platforms: Platforms) -> None:
        values = {name: value for name, value in self.values.items() if name != "app_id"}
        assert self.channel.installed(values, ADDRESS, platforms.client) == "none"
        self.channel.install(values, ADDRESS, platforms.client)
        assert self.graph(platforms).hooks == {}
        assert self.graph(platforms).subscribed
        assert self.channel.installed(values, ADDRESS, platforms.client) == "unknown"

    def test_what_meta_does_not_like_of_the_app_is_said(self, platforms: Platforms) -> None:
        for changed, code, field in (
            ({"app_secret": NEW_SECRET}, "token", "app_secret"),
            ({"app_id": "7999999999"}, "not_found", "app_id"),
        ):
            with pytest.raises(NotAccepted) as refusal:
                self.channel.install({**self.values, **changed}, ADDRESS, platforms.client)
            assert (refusal.value.code, refusal.value.field) == (code, field)
        self.graph(platforms).answers_back = False
        with pytest.raises(NotAccepted) as refusal:
            self.channel.install(self.values, ADDRESS, platforms.client)
        assert refusal.value.code == "address"
        assert self.graph(platforms).subscribed == {}

    def not_accepted(self, platforms: Platforms, changed: Mapping[str, str], code: str, field: str) -> None:
        with pytest.raises(NotAccepted) as refusal:
            self.channel.check({**self.values, **changed}, platforms.client)
        assert (refusal.value.code, refusal.value.field) == (code, field)
        for value in self.values.values():
            assert len(value) < 20 or value not in f"{refusal.value!r} {refusal.value.detail}"

    def last(self, platforms: Platforms) -> Call:
        return self.graph(platforms).calls[-1]

    def outgoing(self, call: Payload, **more: Any) -> Outgoing:
        return Outgoing(call, self.customer, datetime.now(UTC), **{"reply_to": self.reply_to, **more})
