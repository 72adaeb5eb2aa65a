"""Telegram: a bot of the shop's own, and through it the seller's own account ("business").

https://core.telegram.org/bots/api. Telegram either calls us, or is asked with one long call after the other
(getUpdates), which needs no public address; never both. Nothing is signed: the header proves that a call comes from
who was told our secret. Answers go out by calls of their own, since the result of one put into the HTTP response is
never reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from autoresponder.channels import fit
from autoresponder.channels.base import (
    Channel,
    Event,
    Field,
    Limits,
    Outgoing,
    Payload,
    Polled,
    Request,
    Response,
    Secrets,
    Where,
)
from autoresponder.channels.bodies import mapping, read_json, text
from autoresponder.channels.errors import BadRequest, ChannelDown, NotAccepted, Refused, SendError
from autoresponder.channels.signing import require_secret
from autoresponder.channels.telegram_api import Bot
from autoresponder.channels.telegram_keyboard import drawn, keyboard
from autoresponder.channels.telegram_updates import WANTED, events, number, place
from autoresponder.engine.types import Reply
from autoresponder.net.client import Client, NotSent, Unanswered

HEADER = "X-Telegram-Bot-Api-Secret-Token"

# Said where an answer is all buttons: Telegram takes no message without words.
_CHOOSE = "아래에서 골라 주세요."
# The server cuts a long call at 50 seconds; ours ends before a router forgets the connection.
_LONG_CALL_SECONDS, _LONG_CALL_AT_MOST_SECONDS = 25, 40
_PAUSE_SECONDS = 0.5
# One update is built in 64 KB (telegram-bot-api, Client.cpp, add_update_impl), and a hundred come at once.
_BATCH, _BATCH_BYTES = 100, 8_000_000
# A button stops spinning before the answer; that must never cost the answer its time.
_RELEASE_SECONDS = 3


class Telegram(Channel):
    kind = "telegram"
    label = "텔레그램"
    # A text may have 4096; whether of UTF-16 units or of characters is not said.
    limits = Limits(text=4000, bubbles=5, buttons=10, button_label=40, seconds=300)
    fields = (
        Field(
            "bot_token",
            "봇 토큰",
            help="텔레그램의 ‘BotFather’에게 /newbot을 보내 봇을 만들면 알려 줘요. "
            "숫자로 시작하고 가운데에 쌍점(:)이 있어요.",
            secret=True,
            pattern=r"[0-9]{6,16}:[A-Za-z0-9_-]{35}",
            example="7000000001:AAEXAMPLE-example_EXAMPLE-example_1",
            wrong="봇 토큰은 ‘숫자:영문과 숫자 35자’예요. ‘BotFather’가 보낸 글에서 그 부분만 복사해 주세요.",
        ),
        Field(
            "receive",
            "메시지 받는 방법",
            help="답지기를 집이나 가게 컴퓨터에서 쓰고 있다면 ‘답지기가 가져오기’를 골라 주세요. "
            "밖에서 들어올 수 있는 인터넷 주소가 없어도 돼요.",
            required=False,
            choices=(("webhook", "텔레그램이 보내 주기"), ("poll", "답지기가 가져오기")),
        ),
        Field(
            "secret",
            "확인 값",
            help="텔레그램이 보낸 메시지인지 가려내는 값이에요. 답지기가 텔레그램에 알려 주니 따로 하실 일은 없어요.",
            secret=True,
            generated="secret",
            proves=True,
        ),
    )

    def account_of(self, secrets: Secrets) -> str:
        """The bot's id stands before the colon. No event names it; it keeps one bot from serving two shops, whose
        polls would end each other."""
        return secrets.get("bot_token", "").partition(":")[0]

    def verify(self, request: Request, secrets: Secrets) -> None:
        require_secret(request.headers.get(HEADER.lower(), ""), secrets)

    def parse(self, request: Request) -> Sequence[Event]:
        return events(read_json(request, self.max_body))

    def render(self, replies: Sequence[Reply]) -> Payload:
        """{"messages": [{"text", "reply_markup"?}]}, in order. The buttons of all stand under the last."""
        bubbles = fit.gather(replies, self.limits, alone=_CHOOSE)
        messages: list[Payload] = [{"text": bubble.text} for bubble in bubbles]
        if bubbles and bubbles[-1].buttons:
            messages[-1]["reply_markup"] = keyboard(bubbles[-1].buttons)
        return {"messages": messages}

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        bubbles = fit.gather(replies, self.limits, alone=_CHOOSE)
        return [replace(bubble, buttons=tuple(map(drawn, bubble.buttons))) for bubble in bubbles]

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200)

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return [{**message, "first": at == 0} for at, message in enumerate(payload["messages"])]

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        bot = _bot(secrets, net)
        message = {name: value for name, value in outgoing.call.items() if name != "first"}
        if outgoing.call.get("first") and (query := outgoing.reply_to.get("callback")):
            _release(bot, query)
        said = bot.ask("sendMessage", {**place(outgoing.to), **message})
        return str(number(mapping(said).get("message_id")) or "")

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        with _told():
            me = mapping(_bot(values, net).ask("getMe", {}))
        username = text(me.get("username"))
        return {"name": f"@{username}" if username else text(me.get("first_name"))}

    def installed(self, values: Secrets, address: str, net: Client) -> Where:
        """Of other programs that poll Telegram tells nothing: those are found when we do (`taken_over`)."""
        with _told():
            url = _webhook(_bot(values, net)).get("url")
        if _polls(values):
            return "none" if url == address else "other" if url else "ours"
        return "ours" if url == address else "other" if url else "none"

    def install(self, values: Secrets, address: str, net: Client) -> None:
        bot = _bot(values, net)
        with _told():
            if _polls(values):
                bot.ask("deleteWebhook", {"drop_pending_updates": False})
                return
            before = _webhook(bot)
            wanted = {"url": address, "secret_token": values.get("secret", ""), "allowed_updates": list(WANTED)}
            try:
                bot.ask("setWebhook", {**wanted, "drop_pending_updates": False})
            except (
                Refused
            ) as refusal:  # "bad webhook: ...": no https, no such name, a private network, a bad certificate
                raise NotAccepted("address", "", refusal.detail) from None
            _require_reached(_webhook(bot), before, address)

    def remove(self, values: Secrets, address: str, net: Client) -> None:
        """Unless another program has taken the bot over meanwhile: its address is not ours to delete."""
        bot = _bot(values, net)
        if _webhook(bot).get("url") == address:
            bot.ask("deleteWebhook", {"drop_pending_updates": False})

    def poll_every(self, secrets: Secrets) -> float:
        return _PAUSE_SECONDS if _polls(secrets) else 0

    def poll(self, secrets: Secrets, cursor: Mapping[str, Any], net: Client, now: datetime) -> Polled:
        """`cursor` is {"bot", "offset"}: an offset means nothing to another bot, and would delete what waits there.

        What waits at first is up to a day old and was answered by nobody, or it would be gone. So it is stored, and
        since its moment has passed (`limits.seconds`), a person is asked in the place of an answer.
        """
        known = cursor if cursor.get("bot") == self.account_of(secrets) else {}
        wanted = {"timeout": _LONG_CALL_SECONDS, "limit": _BATCH, "allowed_updates": list(WANTED)}
        wanted |= {"offset": known["offset"]} if "offset" in known else {}
        bot = _bot(secrets, net)
        updates = bot.ask("getUpdates", wanted, seconds=_LONG_CALL_AT_MOST_SECONDS, at_most=_BATCH_BYTES)
        found: list[Event] = []
        for update in updates if isinstance(updates, list) else ():
            found += self._one(update, now)
            if update_id := number(mapping(update).get("update_id")):
                # The last one's, not the highest: after a quiet week Telegram begins anywhere (#update).
                known = {"bot": self.account_of(secrets), "offset": update_id + 1}
        return Polled(found, known)

    def _one(self, update: object, now: datetime) -> Sequence[Event]:
        """As if it had been sent to us: a body that cannot be stored costs only itself."""
        try:
            return self.parse(Request("POST", {}, json.dumps(update).encode(), now))
        except BadRequest:
            return []


def _polls(values: Secrets) -> bool:
    return values.get("receive") == "poll"


def _bot(values: Secrets, net: Client) -> Bot:
    return Bot(values.get("bot_token", ""), net)


def _webhook(bot: Bot) -> Mapping[str, Any]:
    return mapping(bot.ask("getWebhookInfo", {}))


def _require_reached(after: Mapping[str, Any], before: Mapping[str, Any], address: str) -> None:
    """Telegram must have kept our address, and tell no failure of it that it had not told before."""
    failed = text(after.get("last_error_message"))
    old = before.get("url") == address and before.get("last_error_date") == after.get("last_error_date")
    if after.get("url") != address or (failed and not old):
        raise NotAccepted("address", "", failed or "the address was not kept")


def _release(bot: Bot, query: object) -> None:
    """A press that is older than a moment is no longer waited for ("query is too old"); nothing depends on it."""
    try:
        bot.ask("answerCallbackQuery", {"callback_query_id": query}, seconds=_RELEASE_SECONDS)
    except (SendError, NotSent, Unanswered):
        return


@contextmanager
def _told() -> Iterator[None]:
    """While the seller connects: a token nobody knows is about the field it was typed into."""
    try:
        yield
    except ChannelDown as error:
        if error.code == "token":
            raise NotAccepted("token", "bot_token", error.detail) from None
        raise
