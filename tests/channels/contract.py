"""What every messenger must do. A new one subclasses these and brings its payloads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder import channels
from autoresponder.channels.base import Channel, Payload, Request
from autoresponder.channels.errors import BadRequest, BadSignature
from autoresponder.engine.types import Button, Incoming, IncomingKind, Reply, ReplyRole
from tests.channels import hostile

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

_LETTERS = st.text(alphabet="가나다 .\n한글abc배송~!😀👩‍👩‍👧é\u0301\u200d🏽ᄀ\u1161", max_size=60)
TEXTS = st.one_of(
    st.text(max_size=40), _LETTERS, st.builds(lambda text, times: text * times, _LETTERS, st.integers(1, 120))
)
BUTTONS = st.builds(Button, label=st.one_of(st.text(max_size=30), _LETTERS), say=st.one_of(st.just(""), TEXTS))
REPLIES = st.lists(
    st.builds(
        Reply,
        text=TEXTS,
        buttons=st.lists(BUTTONS, max_size=12).map(tuple),
        role=st.sampled_from(get_args(ReplyRole)),
    ),
    max_size=8,
)
SHORT_TALK = st.lists(
    st.builds(
        Reply, text=st.text(alphabet="가나다 .\n배송", max_size=180), role=st.sampled_from(["answer", "greeting"])
    ),
    max_size=8,
)
property_test = settings(max_examples=150, deadline=None, derandomize=True)


def files(kind: str) -> list[dict[str, Any]]:
    index: list[dict[str, Any]] = json.loads((folder(kind) / "index.json").read_text())["files"]
    return index


def folder(kind: str) -> Path:
    return Path(__file__).parent / kind


def reply(said: Mapping[str, Any]) -> Reply:
    return Reply(**{**said, "buttons": tuple(Button(**button) for button in said.get("buttons", ()))})


def incoming(read: Mapping[str, Any]) -> Incoming:
    at = datetime.fromisoformat(read["at"]) if "at" in read else None
    return Incoming(**{"event_id": "", **read, "at": at})


def nonblank(text: str) -> str:
    return "".join(text.split())


class RenderContract:
    """The way out: any replies become something the platform shows."""

    kind: str

    @property
    def channel(self) -> Channel:
        return channels.get(self.kind)

    def assert_legal(self, payload: Payload) -> None:
        raise NotImplementedError

    def said(self, payload: Payload) -> list[str]:
        """The texts of a payload, in order."""
        raise NotImplementedError

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        """A payload file as a request that proves itself, with the secrets that prove it."""
        raise NotImplementedError

    # The property is a function inside: hypothesis refuses one method that runs for several subclasses.
    def test_any_replies_become_a_legal_payload(self) -> None:
        @property_test
        @given(replies=REPLIES)
        def holds(replies: list[Reply]) -> None:
            self.assert_legal(self.channel.render(replies))

        holds()

    def test_no_word_is_lost_when_bubbles_are_merged(self) -> None:
        @property_test
        @given(replies=SHORT_TALK)
        def holds(replies: list[Reply]) -> None:
            wanted = nonblank("".join(reply.text for reply in replies))
            said = nonblank("".join(self.said(self.channel.render(replies))))
            assert said == wanted or not wanted

        holds()

    def test_a_payload_survives_being_stored(self) -> None:
        payload = self.channel.render(
            [Reply("네, 가능해요 😀", (Button("더 보기"),)), Reply("연결할게요", role="hand_off")]
        )
        assert self.channel.respond([json.loads(json.dumps(payload))]) == self.channel.respond([payload])

    def test_silence_is_a_legal_payload(self) -> None:
        self.assert_legal(self.channel.render([]))
        assert self.channel.respond([self.channel.render([])]).status == 200

    def test_every_payload_file_is_listed_and_every_listed_one_exists(self) -> None:
        there = {path.name for path in folder(self.kind).glob("*.json")} - {"index.json", "vectors.json"}
        assert there == {entry["file"] for entry in files(self.kind)}
        assert there

    def test_every_payload_file_means_what_the_index_says(self) -> None:
        for entry in files(self.kind):
            content = json.loads((folder(self.kind) / entry["file"]).read_text())
            if "renders" in entry:
                assert self.channel.render([reply(said) for said in entry["renders"]]) == content, entry["file"]
            else:
                request, secrets = self.request_of(content)
                self.channel.verify(request, secrets)
                assert list(self.channel.parse(request)) == [incoming(read) for read in entry["reads"]], entry["file"]


class HookContract(RenderContract):
    """The way in: nothing is believed without proof, and no body breaks anything."""

    proof: str  # the name of the header that proves the origin
    good: dict[str, Any]  # the body of a customer message
    unknown: Sequence[dict[str, Any]]  # bodies that need no answer
    secret: str
    new_secret: str

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = NOW) -> Request:
        raise NotImplementedError

    @property
    def good_request(self) -> Request:
        return self.signed(json.dumps(self.good).encode())

    def refuses(self, request: Request, secrets: Mapping[str, str] | None = None) -> None:
        with pytest.raises(BadSignature) as refusal:
            self.channel.verify(request, {"secret": self.secret} if secrets is None else secrets)
        assert self.secret not in str(refusal.value)

    def with_proof(self, proof: str) -> Request:
        return replace(self.good_request, headers={**self.good_request.headers, self.proof: proof})

    def test_a_proven_message_is_read(self) -> None:
        self.channel.verify(self.good_request, {"secret": self.secret})
        (message,) = self.channel.parse(self.good_request)
        assert message.text
        assert message.customer

    def test_the_proof_cannot_be_left_out(self) -> None:
        request = self.good_request
        for name in request.headers:
            if name == self.proof or name.startswith("webhook-"):
                self.refuses(
                    replace(request, headers={key: request.headers[key] for key in request.headers if key != name})
                )
        self.refuses(replace(request, headers={}))

    def test_another_secret_is_refused(self) -> None:
        self.refuses(self.signed(self.good_request.body, secret=self.new_secret))

    def test_every_prefix_and_every_changed_character_of_the_proof_is_refused(self) -> None:
        proof = self.good_request.headers[self.proof]
        for at in range(len(proof)):
            self.refuses(self.with_proof(proof[:at]))
            self.refuses(self.with_proof(proof[:at] + ("B" if proof[at] == "A" else "A") + proof[at + 1 :]))

    def test_a_doubled_or_padded_proof_is_refused(self) -> None:
        proof = self.good_request.headers[self.proof]
        for forged in (
            f"{proof},{proof}",
            f"{proof}, {proof}x",
            proof + proof,
            proof + "\x00",
            proof.swapcase(),
            f"x{proof}",
        ):
            self.refuses(self.with_proof(forged))

    def test_proof_that_is_not_ascii_is_refused(self) -> None:
        proof = self.good_request.headers[self.proof]
        for forged in ("열쇠", "\udcff", "é", "\x00", proof + "é", proof[:-1] + "\ud800", "v1,열쇠", ",", ",,", "  "):
            self.refuses(self.with_proof(forged))

    def test_without_a_secret_nothing_is_believed(self) -> None:
        for secrets in ({}, {"secret": ""}, {"secret": "", "old_secret": ""}, {"other": self.secret}):
            self.refuses(self.good_request, secrets)
            self.refuses(self.with_proof(""), secrets)

    def test_both_secrets_work_while_one_is_being_changed(self) -> None:
        changing = {"secret": self.new_secret, "old_secret": self.secret}
        self.channel.verify(self.good_request, changing)
        self.channel.verify(self.signed(self.good_request.body, secret=self.new_secret), changing)
        self.refuses(self.good_request, {"secret": self.new_secret})

    def test_a_repeat_reads_the_same(self) -> None:
        assert self.channel.parse(self.good_request) == self.channel.parse(self.good_request)

    def test_no_cut_off_body_is_taken_for_a_message(self) -> None:
        whole = self.good_request
        for end in range(len(whole.body)):
            with pytest.raises((BadSignature, BadRequest)):
                self.channel.verify(replace(whole, body=whole.body[:end]), {"secret": self.secret})
                self.channel.parse(replace(whole, body=whole.body[:end]))

    def test_an_unknown_event_is_accepted_and_says_nothing(self) -> None:
        for body in self.unknown:
            assert list(self.channel.parse(self.signed(json.dumps(body).encode()))) == []
        assert self.channel.respond([]).status == 200

    def test_a_body_over_the_limit_is_too_large(self) -> None:
        with pytest.raises(BadRequest) as refusal:
            self.channel.parse(self.signed(b" " * (self.channel.max_body + 1)))
        assert refusal.value.status == 413

    def test_hostile_bodies_are_refused_or_harmless(self) -> None:
        tried = 0
        for body in hostile.bodies(self.good):
            tried += 1
            try:
                messages = self.channel.parse(self.signed(body))
            except BadRequest as refusal:
                assert refusal.status in (400, 413)
            else:
                for message in messages:
                    assert_storable(message)
        assert tried > 400


def assert_storable(message: Incoming) -> None:
    """What both databases hold: the columns' lengths, no NUL, no lone surrogate, a time in UTC."""
    assert 0 < len(message.customer) <= 200
    assert len(message.event_id) <= 200
    assert len(message.name) <= 60
    assert message.kind in get_args(IncomingKind)
    for text in (message.event_id, message.customer, message.text, message.name):
        assert "\x00" not in text
        text.encode("utf-8")
    assert message.at is None or message.at.tzinfo is UTC
