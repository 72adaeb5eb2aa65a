"""What every messenger must do. A new one subclasses these and brings its payloads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from autoresponder import channels
from autoresponder.channels.base import Channel, Event, Notice, Outgoing, Payload, Request
from autoresponder.channels.errors import BadRequest, BadSignature, MaybeSent, Refused, SendError, TryAgain
from autoresponder.engine.types import Button, Incoming, IncomingKind, Reply, ReplyRole
from autoresponder.net.client import NotSent, Unanswered
from tests.channels import hostile
from tests.channels.sayings import any_replies, short_talks
from tests.platforms.dialect import Mode
from tests.platforms.server import Platforms

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
property_test = settings(max_examples=150, deadline=None, derandomize=True)


def files(kind: str) -> list[dict[str, Any]]:
    index: list[dict[str, Any]] = json.loads((folder(kind) / "index.json").read_text())["files"]
    return index


def folder(kind: str) -> Path:
    return Path(__file__).parent / kind


def reply(said: Mapping[str, Any]) -> Reply:
    return Reply(**{**said, "buttons": tuple(Button(**button) for button in said.get("buttons", ()))})


def event(read: Mapping[str, Any]) -> Event:
    """An entry of "reads": a notice has "what", anything else is a message."""
    at = datetime.fromisoformat(read["at"]) if "at" in read else None
    return Notice(**{**read, "at": at}) if "what" in read else Incoming(**{"event_id": "", **read, "at": at})


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

    def test_any_replies_become_a_legal_payload(self) -> None:
        for replies in any_replies():
            self.assert_legal(self.channel.render(replies))

    def test_no_word_is_lost_when_bubbles_are_merged(self) -> None:
        for replies in short_talks():
            wanted = nonblank("".join(reply.text for reply in replies))
            said = nonblank("".join(self.said(self.channel.render(replies))))
            assert said == wanted or not wanted

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
            elif "reads" in entry:
                request, secrets = self.request_of(content)
                self.channel.verify(request, secrets)
                assert list(self.channel.parse(request)) == [event(read) for read in entry["reads"]], entry["file"]


class HookContract(RenderContract):
    """The way in: nothing is believed without proof, and no body breaks anything."""

    proof: str  # the name of the header that proves the origin
    good: dict[str, Any]  # the body of a customer message
    unknown: Sequence[dict[str, Any]]  # bodies that need no answer
    secret: str
    new_secret: str
    secret_name = "secret"

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = NOW) -> Request:
        raise NotImplementedError

    @property
    def good_request(self) -> Request:
        return self.signed(json.dumps(self.good).encode())

    def refuses(self, request: Request, secrets: Mapping[str, str] | None = None) -> None:
        with pytest.raises(BadSignature) as refusal:
            self.channel.verify(request, {self.secret_name: self.secret} if secrets is None else secrets)
        assert self.secret not in str(refusal.value)

    def with_proof(self, proof: str) -> Request:
        return replace(self.good_request, headers={**self.good_request.headers, self.proof: proof})

    def test_a_proven_message_is_read(self) -> None:
        self.channel.verify(self.good_request, {self.secret_name: self.secret})
        (message,) = self.channel.parse(self.good_request)
        assert isinstance(message, Incoming)
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
        old = f"old_{self.secret_name}"
        for secrets in ({}, {self.secret_name: ""}, {self.secret_name: "", old: ""}, {"other": self.secret}):
            self.refuses(self.good_request, secrets)
            self.refuses(self.with_proof(""), secrets)

    def test_both_secrets_work_while_one_is_being_changed(self) -> None:
        changing = {self.secret_name: self.new_secret, f"old_{self.secret_name}": self.secret}
        self.channel.verify(self.good_request, changing)
        self.channel.verify(self.signed(self.good_request.body, secret=self.new_secret), changing)
        self.refuses(self.good_request, {self.secret_name: self.new_secret})

    def test_a_repeat_reads_the_same(self) -> None:
        assert self.channel.parse(self.good_request) == self.channel.parse(self.good_request)

    def test_no_cut_off_body_is_taken_for_a_message(self) -> None:
        whole = self.good_request
        for end in range(len(whole.body)):
            with pytest.raises((BadSignature, BadRequest)):
                self.channel.verify(replace(whole, body=whole.body[:end]), {self.secret_name: self.secret})
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


class SendContract:
    """The way out over real HTTP, to the platform's double: failures are told apart, and no secret leaks."""

    kind: str
    secrets: Mapping[str, str]
    reply_to: Mapping[str, Any] = {}
    customer = "customer-1"

    @property
    def channel(self) -> Channel:
        return channels.get(self.kind)

    def call(self, text: str = "네, 오늘 출발해요.") -> Payload:
        """The first call that delivers this text."""
        return next(iter(self.channel.calls(self.channel.render([Reply(text)]), answered=False)))

    def send(self, platforms: Platforms, *, key: str = "11111111-2222-4333-8444-555555555555") -> str:
        outgoing = Outgoing(self.call(), self.customer, datetime.now(UTC), self.reply_to, key, by_person=True)
        return self.channel.send(outgoing, self.secrets, platforms.client)

    def fails(self, platforms: Platforms, mode: Mode) -> Exception:
        platforms[self.kind].set(mode)
        with pytest.raises((SendError, NotSent, Unanswered)) as failure:
            self.send(platforms)
        error = failure.value
        for secret in self.secrets.values():
            assert len(secret) < 8 or secret not in f"{error!r} {error} {getattr(error, 'detail', '')}"
        return error

    def test_an_answer_arrives_once_and_its_id_is_known(self, platforms: Platforms) -> None:
        assert self.send(platforms)
        (said,) = platforms[self.kind].accepted
        assert (said.to, said.text) == (self.customer, "네, 오늘 출발해요.")

    def test_a_busy_platform_is_asked_again_later(self, platforms: Platforms) -> None:
        assert isinstance(self.fails(platforms, "busy"), TryAgain)
        assert platforms[self.kind].accepted == []

    def test_a_fault_of_the_platform_is_never_taken_for_success(self, platforms: Platforms) -> None:
        assert isinstance(self.fails(platforms, "broken"), (TryAgain, MaybeSent))

    def test_a_refusal_is_final(self, platforms: Platforms) -> None:
        error = self.fails(platforms, "error")
        assert isinstance(error, Refused)
        assert error.detail

    def test_a_platform_that_hangs_leaves_the_outcome_open(self, platforms: Platforms) -> None:
        platforms.patience = 0.3
        assert isinstance(self.fails(platforms, "hang"), (Unanswered, MaybeSent))

    def test_a_line_cut_after_the_message_went_out_leaves_the_outcome_open(self, platforms: Platforms) -> None:
        assert isinstance(self.fails(platforms, "reset"), (Unanswered, MaybeSent))
        assert len(platforms[self.kind].accepted) == 1

    def test_an_answer_without_end_is_cut_off(self, platforms: Platforms) -> None:
        assert isinstance(self.fails(platforms, "endless"), (Unanswered, MaybeSent))

    def test_a_redirect_is_not_followed(self, platforms: Platforms) -> None:
        self.fails(platforms, "redirect")
        assert platforms.strayed == []

    def test_what_is_sent_twice_with_one_key_arrives_once_where_the_adapter_says_so(self, platforms: Platforms) -> None:
        if self.channel.keyed(self.call()):
            self.send(platforms)
            self.send(platforms)
            assert len(platforms[self.kind].accepted) == 1


def assert_storable(message: Event) -> None:
    """What both databases hold: the columns' lengths, no NUL, no lone surrogate, a time in UTC."""
    assert len(message.account) <= 120
    assert message.at is None or message.at.tzinfo is UTC
    json.dumps(message, default=str, allow_nan=False)
    if isinstance(message, Notice):
        assert len(message.customer) <= 200
        assert len(message.message_id) <= 200
        return
    assert 0 < len(message.customer) <= 200
    assert len(message.event_id) <= 200
    assert len(message.name) <= 60
    assert message.kind in get_args(IncomingKind)
    for text in (message.event_id, message.customer, message.text, message.name):
        assert "\x00" not in text
        text.encode("utf-8")
