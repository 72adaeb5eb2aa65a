"""Facebook Messenger: a page's messages. What Instagram shares with it stands here too.

Events: https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events
Sending: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
Comments under posts (`changes`) are not answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from autoresponder.channels import fit
from autoresponder.channels.base import Event, Field, Limits, Notice, Outgoing, Payload, Request, Secrets
from autoresponder.channels.bodies import mapping, read_json, text
from autoresponder.channels.errors import ChannelDown, NotAccepted, Refused
from autoresponder.channels.meta import ACCESS_TOKEN, APP, ID_PATTERN, Meta, taken
from autoresponder.channels.meta_errors import Fate, of_pages
from autoresponder.channels.meta_events import account_id, event_id, known_id, message_id, moment, objects
from autoresponder.engine.types import Button, Incoming, IncomingKind, Reply
from autoresponder.net.client import Client

# Stands in every message of ours and comes back in its echo, so that we know our own words.
OURS = "dapjigi"
# The platform's own inboxes count as apps: .../messenger-platform/conversation-routing ("Page Inbox").
PAGE_INBOX, INSTAGRAM_INBOX = "263902037430900", "1217981644879628"

_TITLE_LENGTH = 20
_SAY_LENGTH = 1000
# Quick replies need a text above them.
_POINTER = "👇"
_MILLISECOND = timedelta(milliseconds=1)

HANDOVER = Field(
    "handover",
    "사람에게 넘길 때",
    help="Meta Business Suite에서 답하신다면 넘겨 두세요. 그곳에서 대화를 마칠 때까지 자동으로 답하지 않아요.",
    required=False,
    choices=(("", "상담함에만 남길게요"), ("yes", "Meta Business Suite의 ‘받은 메시지함’에도 넘길게요")),
)


class Messenger(Meta):
    kind = "messenger"
    label = "페이스북 메신저"
    hook_object = "page"
    listens: ClassVar[tuple[str, ...]] = (
        "messages",
        "messaging_postbacks",
        "message_echoes",
        "messaging_handovers",
        "standby",
    )
    id_field = subscriber = "page_id"
    inbox: ClassVar[str] = PAGE_INBOX
    limits = Limits(text=2000, bubbles=5, buttons=13, button_label=_TITLE_LENGTH, seconds=300, say=_SAY_LENGTH)
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "page_id",
            "페이지 ID",
            help="비워 두면 ‘액세스 토큰’으로 저희가 알아내요.",
            required=False,
            pattern=ID_PATTERN,
            example="100000000000001",
            wrong="‘페이지 ID’는 숫자로만 되어 있어요.",
        ),
        ACCESS_TOKEN,
        *APP,
        HANDOVER,
    )

    # --- in ---

    def parse(self, request: Request) -> Sequence[Event]:
        body = read_json(request, self.max_body)
        found: list[Event | None] = []
        for entry in objects(body.get("entry")) if body.get("object") == self.hook_object else ():
            if account := account_id(entry.get("id")):
                found += [self._event(account, told) for told in objects(entry.get("messaging"))]
                # In another app's talk: we listen and stay silent.
                found += [self._event(account, told, standby=True) for told in objects(entry.get("standby"))]
        return [event for event in found if event is not None]

    def _event(self, account: str, told: Mapping[str, Any], *, standby: bool = False) -> Event | None:
        message = mapping(told.get("message"))
        sender, recipient = known_id(mapping(told.get("sender")).get("id")), mapping(told.get("recipient")).get("id")
        if message.get("is_echo") is True or sender == account:
            return _echo(account, known_id(recipient), message, told)
        if not sender:
            return None
        if handed := self._handover(account, sender, told):
            return handed
        at = moment(told.get("timestamp"), _MILLISECOND)
        if message.get("is_deleted") is True:
            return Notice("unsent", sender, message_id=message_id(message.get("mid")), at=at, account=account)
        said, mid = _said(message, mapping(told.get("postback")))
        if said is None:
            return None
        kind, words = said
        known = event_id(mid, account, told)
        return Incoming(known, sender, words, kind, at=at, account=account, with_person=standby)

    def _handover(self, account: str, customer: str, told: Mapping[str, Any]) -> Notice | None:
        """Who has the talk now. Only the platform's own inbox is a person for certain; a talk that another app gets
        comes as `standby` from then on, so "back to the bot" is safe there.
        """
        at = moment(told.get("timestamp"), _MILLISECOND)
        passed, took = mapping(told.get("pass_thread_control")), mapping(told.get("take_thread_control"))
        if passed or took:
            to_person = known_id((passed or took).get("new_owner_app_id")) == self.inbox
            from_person = known_id((passed or took).get("previous_owner_app_id")) == self.inbox
            # Taken by an app from an app means: from us, the one that is told.
            takes = to_person or (bool(took) and not from_person)
            return Notice("person_takes" if takes else "person_leaves", customer, at=at, account=account)
        return None

    # --- out ---

    def render(self, replies: Sequence[Reply]) -> Payload:
        """One call a bubble."""
        bubbles = self.shows(replies)
        calls: list[Payload] = [{"message": {"text": bubble.text}} for bubble in bubbles]
        if bubbles and bubbles[-1].buttons:
            calls[-1]["message"]["quick_replies"] = [_quick_reply(button) for button in bubbles[-1].buttons]
        if any(reply.role == "hand_off" for reply in replies):
            calls.append({"pass": True})
        return {"calls": calls}

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """All buttons stand under the last bubble: they vanish as soon as another message follows."""
        bubbles = fit.gather(replies, self.limits, alone=_POINTER)
        return [replace(bubble, buttons=tuple(map(_titled, bubble.buttons))) for bubble in bubbles]

    def keyed(self, call: Payload) -> bool:
        """Giving a talk away twice gives it away once. Meta knows no keys for messages."""
        return "pass" in call

    # --- the network ---

    def fate(self, code: int, subcode: int) -> Fate | None:
        return of_pages(code, subcode)

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        if "pass" in outgoing.call:
            return self._pass(outgoing.to, secrets, net)
        body = {
            "recipient": {"id": outgoing.to},
            "messaging_type": "RESPONSE",
            "message": {**outgoing.call["message"], "metadata": OURS},
        }
        return taken(self.deliver("messages", body, secrets, net).get("message_id"))

    def _pass(self, customer: str, secrets: Secrets, net: Client) -> str:
        """Give the talk to the platform's own inbox, if the seller wants that."""
        if secrets.get("handover") != "yes":
            return ""
        try:
            self.deliver(
                "pass_thread_control", {"recipient": {"id": customer}, "target_app_id": int(self.inbox)}, secrets, net
            )
        except ChannelDown as error:
            # The right to hand over is one of its own: without it messages still go out.
            if error.code != "permission":
                raise
            raise Refused(error.code, error.detail) from error
        return ""

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """The token must be the page's own: with a person's token /me is the person."""
        found = self.look(net, "me", values, fields="id,name")
        page = account_id(found.get("id"))
        if not page or values.get("page_id", "") not in ("", page):
            raise NotAccepted("other_kind", "access_token")
        if not values.get("page_id"):
            # Nobody said which page it should be, so ask for something that only pages have.
            self.look(net, f"{page}/subscribed_apps", values)
        return {"name": text(found.get("name")), "page_id": page}


def _echo(account: str, customer: str, message: Mapping[str, Any], told: Mapping[str, Any]) -> Notice | None:
    """What the page itself said. Not ours means a person, or another program, which we leave the talk to as well."""
    echoed = message.get("is_echo") is True and message.get("is_deleted") is not True
    if not echoed or customer in ("", account) or message.get("metadata") == OURS:
        return None
    return Notice(
        "person_answered",
        customer,
        text(message.get("text")).strip(),
        message_id(message.get("mid")),
        at=moment(told.get("timestamp"), _MILLISECOND),
        account=account,
    )


def _said(message: Mapping[str, Any], postback: Mapping[str, Any]) -> tuple[tuple[IncomingKind, str] | None, object]:
    """How and what a customer said, None for nothing, and the id it was said under.

    A quick reply carries what we put there to be said; the payload of another button is a word of whoever made it, and
    what the customer saw and pressed is its title.
    """
    if pressed := text(mapping(message.get("quick_reply")).get("payload")).strip():
        return ("button", pressed), message.get("mid")
    if words := text(message.get("text")).strip():
        return ("text", words), message.get("mid")
    if kind := _attached(message):
        return (kind, ""), message.get("mid")
    if words := (text(postback.get("title")).strip() or text(postback.get("payload")).strip()):
        return ("button", words), postback.get("mid")
    return None, None


def _attached(message: Mapping[str, Any]) -> IncomingKind | None:
    """A sticker came as an image with a `sticker_id` too until 2026-08-30 (Messenger changelog, 2026-06-01)."""
    attached = objects(message.get("attachments"))
    kinds = {text(one.get("type")) for one in attached}
    if "sticker" in kinds or any("sticker_id" in mapping(one.get("payload")) for one in attached):
        return "sticker"
    if "image" in kinds:
        return "image"
    # Also what the platform cannot show us: a person will want to look.
    return "other" if attached or message_id(message.get("mid")) else None


def _titled(button: Button) -> Button:
    """A title counts characters on Instagram too, where texts count bytes."""
    return Button(fit.cut(button.label, _TITLE_LENGTH), button.text)


def _quick_reply(button: Button) -> Payload:
    return {"content_type": "text", "title": button.label, "payload": button.text}
