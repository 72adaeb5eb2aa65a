"""WhatsApp Cloud API.

Events: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
Sending: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
Who a customer is: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids.
`user_id` is the lasting one; a customer with a user name may have no number (`wa_id`) that we can see.
What customers want to know of marketing (`user_preferences`) does not concern answers, and is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from autoresponder.channels import fit
from autoresponder.channels.base import Event, Field, Limits, Notice, Outgoing, Payload, Request, Secrets
from autoresponder.channels.bodies import mapping, read_json, text
from autoresponder.channels.meta import ACCESS_TOKEN, APP, ID_PATTERN, Meta, number, said_of, taken
from autoresponder.channels.meta_errors import Fate, of_whatsapp
from autoresponder.channels.meta_events import account_id, event_id, known_id, message_id, moment, objects
from autoresponder.engine.types import Button, Incoming, IncomingKind, Reply
from autoresponder.net.client import Client

_SECOND = timedelta(seconds=1)
_NAME_LENGTH = 60

_BODY_LENGTH = 1024
_TITLE_LENGTH, _REPLIES = 20, 3
# Of a list's row; a button's id may have 256.
_ID_LENGTH = 200
_POINTER = "👇"
_HANGUL = re.compile("[가-힣]")

# What customers send besides words. Other types (reaction, edit, system, unsupported, ...) ask for no answer.
_KINDS: Mapping[str, IncomingKind] = {
    "image": "image",
    "sticker": "sticker",
    **dict.fromkeys(("video", "audio", "voice", "document", "location", "contacts", "order"), "other"),
}


class WhatsApp(Meta):
    kind = "whatsapp"
    label = "왓츠앱"
    hook_object = "whatsapp_business_account"
    listens = ("messages", "smb_message_echoes", "standby")
    id_field, subscriber = "phone_number_id", "business_id"
    # A customer gets about one message in six seconds (error 131056), so the bubbles are few and large.
    limits = Limits(text=4096, bubbles=3, buttons=10, button_label=24, seconds=300, say=_ID_LENGTH)
    fields = (
        Field(
            "phone_number_id",
            "전화번호 ID",
            help="전화번호가 아니라, Meta의 앱 화면에서 전화번호 아래에 적힌 ‘전화번호 ID’예요.",
            pattern=ID_PATTERN,
            example="100000000000010",
            wrong="‘전화번호 ID’는 숫자로만 되어 있어요.",
        ),
        Field(
            "business_id",
            "WhatsApp Business 계정 ID",
            help="Meta의 앱 화면에서 ‘전화번호 ID’ 옆에 있어요.",
            pattern=ID_PATTERN,
            example="100000000000009",
            wrong="‘WhatsApp Business 계정 ID’는 숫자로만 되어 있어요.",
        ),
        ACCESS_TOKEN,
        *APP,
    )

    # --- in ---

    def parse(self, request: Request) -> Sequence[Event]:
        body = read_json(request, self.max_body)
        found: list[Event] = []
        for entry in objects(body.get("entry")) if body.get("object") == self.hook_object else ():
            for change in objects(entry.get("changes")):
                value, field = mapping(change.get("value")), change.get("field")
                account = account_id(mapping(value.get("metadata")).get("phone_number_id"))
                if account and field in ("messages", "standby"):
                    found += _messages(account, value, with_person=field == "standby")
                if account and field == "messages":
                    found += _failures(account, value)
                if account and field == "smb_message_echoes":
                    found += _echoes(account, value)
        return found

    # --- out ---

    def render(self, replies: Sequence[Reply]) -> Payload:
        return {
            "calls": [
                _interactive(bubble.text, bubble.buttons) if bubble.buttons else _text(bubble.text)
                for bubble in self.shows(replies)
            ]
        }

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        return [part for bubble in fit.arrange(replies, self.limits) for part in _parts(bubble)]

    # --- the network ---

    def fate(self, code: int, subcode: int) -> Fate | None:
        return of_whatsapp(code)

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **(outgoing.reply_to or _to(outgoing.to)),
            **outgoing.call,
        }
        sent = objects(self.deliver("messages", body, secrets, net).get("messages"))
        return taken(sent[0].get("id") if sent else "")

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        found = self.look(net, values.get("phone_number_id", ""), values, fields="display_phone_number,verified_name")
        return {"name": text(found.get("verified_name")) or text(found.get("display_phone_number"))}

    def subscription(self) -> Payload:
        """What we listen to is set at the app alone."""
        return {}


# --- in ---


def _messages(account: str, value: Mapping[str, Any], *, with_person: bool) -> list[Event]:
    found: list[Event] = []
    for message in objects(value.get("messages")):
        user_id, phone = _who(value, message.get("from_user_id"), message.get("from"))
        customer, at = user_id or phone, moment(message.get("timestamp"), _SECOND)
        if not customer:
            continue
        if message.get("type") == "revoke":
            taken_back = message_id(mapping(message.get("revoke")).get("original_message_id"))
            found.append(Notice("unsent", customer, message_id=taken_back, at=at, account=account))
        elif said := _said(message):
            known = event_id(message.get("id"), account, message)
            kind, words = said
            found.append(
                Incoming(
                    known,
                    customer,
                    words,
                    kind,
                    _name(value, user_id, phone),
                    at,
                    # By number where there is one: not every message may go to a user id (error 131062).
                    reply_to={"to": phone} if phone else {},
                    account=account,
                    with_person=with_person,
                )
            )
    return found


def _failures(account: str, value: Mapping[str, Any]) -> list[Event]:
    """A message that was taken and could not be delivered after all; the other statuses come in any order."""
    found: list[Event] = []
    for status in objects(value.get("statuses")):
        user_id, phone = _who(value, status.get("recipient_user_id"), status.get("recipient_id"))
        customer, sent = user_id or phone, message_id(status.get("id"))
        if status.get("status") != "failed" or not customer or not sent:
            continue
        error = next(iter(objects(status.get("errors"))), {})
        fate = of_whatsapp(number(error.get("code")))
        at = moment(status.get("timestamp"), _SECOND)
        code = fate.code if fate else "refused"
        found.append(Notice("failed", customer, said_of(error), sent, code, at, account))
    return found


def _echoes(account: str, value: Mapping[str, Any]) -> list[Event]:
    """What the seller typed in the WhatsApp Business app on a number that is used there too."""
    found: list[Event] = []
    for message in objects(value.get("message_echoes")):
        user_id, phone = _who(value, message.get("to_user_id"), message.get("to"))
        customer = user_id or phone
        kind = text(message.get("type"))
        if customer and kind in ("text", *_KINDS):
            at = moment(message.get("timestamp"), _SECOND)
            words = _words(message)
            found.append(
                Notice("person_answered", customer, words, message_id(message.get("id")), at=at, account=account)
            )
    return found


def _who(value: Mapping[str, Any], user_id: object, phone: object) -> tuple[str, str]:
    """The customer's lasting id and number; `contacts` tells the one that the message itself leaves out."""
    found, wa_id = known_id(user_id), known_id(phone)
    contact = _contact(value, found, wa_id)
    return found or known_id(contact.get("user_id")), wa_id or known_id(contact.get("wa_id"))


def _contact(value: Mapping[str, Any], user_id: str, phone: str) -> Mapping[str, Any]:
    for contact in objects(value.get("contacts")):
        same = (known_id(contact.get("user_id")), user_id), (known_id(contact.get("wa_id")), phone)
        if any(one == other != "" for one, other in same):
            return contact
    return {}


def _name(value: Mapping[str, Any], user_id: str, phone: str) -> str:
    profile = mapping(_contact(value, user_id, phone).get("profile"))
    return text(profile.get("name")).strip()[:_NAME_LENGTH]


def _said(message: Mapping[str, Any]) -> tuple[IncomingKind, str] | None:
    kind = text(message.get("type"))
    if kind in _KINDS:
        return _KINDS[kind], _words(message)
    if kind == "text" and (words := _words(message)):
        return "text", words
    if kind == "button":  # of a template, which we do not send: its payload is another program's word
        pressed = mapping(message.get("button"))
        words = text(pressed.get("text")).strip() or text(pressed.get("payload")).strip()
        return ("button", words) if words else None
    if kind == "interactive":
        return _chosen(mapping(message.get("interactive")))
    return None


def _chosen(interactive: Mapping[str, Any]) -> tuple[IncomingKind, str]:
    """The id is what we put there to be said. A form or a product choice is for a person."""
    chosen = mapping(interactive.get("button_reply")) or mapping(interactive.get("list_reply"))
    words = text(chosen.get("id")).strip() or text(chosen.get("title")).strip()
    return ("button", words) if words else ("other", "")


def _words(message: Mapping[str, Any]) -> str:
    """The text, or what stands under a picture or a document."""
    held = mapping(message.get(text(message.get("type"))))
    return (text(held.get("body")) or text(held.get("caption"))).strip()


# --- out ---


def _to(customer: str) -> Payload:
    """A person's own words know only who the customer is: a number, or a user id ("KR.123")."""
    return {"to": customer} if customer.isascii() and customer.isdecimal() else {"recipient": customer}


def _parts(bubble: Reply) -> list[Reply]:
    """Only the end of a long text has room above the buttons. Two buttons with one id would have all of it refused."""
    if not bubble.buttons:
        return [bubble]
    *_, above = fit.split(bubble.text, _BODY_LENGTH) or [_POINTER]
    before = bubble.text.strip().removesuffix(above).rstrip()
    different = {button.text: button for button in reversed(bubble.buttons)}
    buttons = tuple(button for button in bubble.buttons if different[button.text] is button)
    return [*([Reply(before)] if before else []), Reply(above, buttons)]


def _text(words: str) -> Payload:
    return {"type": "text", "text": {"body": words}}


def _interactive(words: str, buttons: Sequence[Button]) -> Payload:
    """Up to three short buttons in sight, otherwise a list, whose titles may also be equal."""
    shown = [{"id": button.text, "title": button.label} for button in buttons]
    titles = {button.label for button in buttons if fit.size(button.label) <= _TITLE_LENGTH}
    if len(titles) == len(buttons) <= _REPLIES:
        return _shown("button", words, {"buttons": [{"type": "reply", "reply": one} for one in shown]})
    return _shown("list", words, {"button": _open_list(words, buttons), "sections": [{"rows": shown}]})


def _shown(kind: str, words: str, action: Payload) -> Payload:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": words}, "action": action}}


def _open_list(words: str, buttons: Sequence[Button]) -> str:
    """The label of the button that opens the list, in the language of what the customer reads."""
    read = words + "".join(button.label for button in buttons)
    return "보기" if _HANGUL.search(read) else "Options"
