"""What a messenger could not show of the shop's answers, told before customers get them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from autoresponder import channels
from autoresponder.channels.fit import Loss
from autoresponder.connections.models import Connection
from autoresponder.console.change_words import text_name
from autoresponder.console.greeting_text import Own, own_greetings
from autoresponder.console.words import channel_name
from autoresponder.engine import hours
from autoresponder.engine.book import Book, Rule
from autoresponder.engine.types import Reply, ReplyRole
from autoresponder.engine.variables import fill
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of

# In place of a customer's name: few are longer.
NAME = "○" * 20

Says = Callable[[Iterable[Reply], ReplyRole], list[Reply]]


class Lost(NamedTuple):
    """An answer that a messenger cannot show whole: of a rule (its key), else the shop's text in that `field`."""

    rule: str
    field: str
    sentence: str


class Answer(NamedTuple):
    """What is said at once, on these `channels` (() for all). `greeted`: a greeting may stand before it."""

    rule: str
    field: str
    replies: Sequence[Reply]
    channels: Sequence[str] = ()
    greeted: bool = False


class Greeting(NamedTuple):
    """What customers may be greeted with outside opening hours, by its name."""

    name: str
    replies: Sequence[Reply]


def connected(shop: Shop) -> list[str]:
    """The messengers this shop's customers write on, those that are paused too."""
    return list(Connection.objects.filter(shop=shop, ended_at=None).order_by("pk").values_list("kind", flat=True))


def losses(shop: Shop, book: Book, kinds: Sequence[str], *, now: datetime) -> list[Lost]:
    """What each of these messengers would lose of a book, filled as it would be at `now`; what is off does not count.

    Two rules that answer together are not tried out: which ones meet, only the customer's message decides.
    """
    says = _filled(shop, now)
    away = [Greeting(text_name("away"), says([book.away.reply], "greeting"))] if book.away.enabled else []
    greetings = [*away, *(Greeting(own.where, _said(own, book, says)) for own in own_greetings(shop, now=now))]
    return [
        Lost(answer.rule, answer.field, sentence)
        for answer in _answers(book, says)
        for kind in kinds
        if kind in channels.KINDS and (not answer.channels or kind in answer.channels)
        for sentence in _sentences(kind, answer, greetings)
    ]


def greeting_losses(shop: Shop, book: Book, kinds: Sequence[str], *, now: datetime) -> list[tuple[Own, str]]:
    """The same of the greetings of the night and of vacations, which no version holds."""
    says = _filled(shop, now)
    return [
        (own, sentence)
        for own in own_greetings(shop, now=now)
        for kind in kinds
        if kind in channels.KINDS
        for sentence in _sentences(kind, Answer("", "", _said(own, book, says)), ())
    ]


def _said(own: Own, book: Book, says: Says) -> list[Reply]:
    """With the buttons of the away greeting, as the engine says it."""
    return says([Reply(own.text, book.away.reply.buttons)], "greeting")


def _filled(shop: Shop, now: datetime) -> Says:
    calendar, values = calendar_of(shop), values_of(shop, NAME)
    state = hours.state(calendar, now)

    def says(replies: Iterable[Reply], role: ReplyRole) -> list[Reply]:
        texts = [(fill(reply.text, calendar, state, now=now, values=values), reply.buttons) for reply in replies]
        return [Reply(text, buttons, role) for text, buttons in texts if text.strip()]

    return says


def _answers(book: Book, says: Says) -> Iterator[Answer]:
    if book.away.enabled:
        yield Answer("", "away", says([book.away.reply], "greeting"))
    yield Answer("", "fallback", says([book.fallback.reply], "fallback"))
    for reply in (book.hand_off.open, book.hand_off.closed):
        yield Answer("", "hand_off", says([reply], "hand_off"))
    yield Answer("", "ask_back", says([book.ask_back], "answer"))
    for rule in book.rules:
        if rule.enabled:
            yield _answer(rule, says)


def _answer(rule: Rule, says: Says) -> Answer:
    replies = says(rule.replies, rule.action)
    return Answer(rule.key, "replies", replies, rule.channels, rule.action == "answer" and rule.when != "open")


def _sentences(kind: str, answer: Answer, greetings: Sequence[Greeting]) -> list[str]:
    """Of a greeting and an answer together only what neither of them loses alone; of the first greeting that does."""
    adapter, name = channels.get(kind), channel_name(kind)
    if found := adapter.loses(answer.replies):
        return [_told(loss, name) for loss in found]
    if not answer.greeted or not answer.replies:
        return []
    fit = (greeting for greeting in greetings if greeting.replies and not adapter.loses(greeting.replies))
    found = ((greeting, adapter.loses([*greeting.replies, *answer.replies])) for greeting in fit)
    first = next(((greeting, losses) for greeting, losses in found if losses), None)
    return [_told_together(loss, name, first[0].name) for loss in first[1]] if first else []


def _told(loss: Loss, name: str) -> str:
    sentences = {
        "text": _("{messenger}에서는 글이 너무 길어서 끝의 약 {n}자가 잘려요. 그만큼 줄여 주세요."),
        "button": _(
            "{messenger}에서는 ‘{button}’ 버튼이 들어갈 자리가 없어요. 버튼을 줄이거나 이름을 짧게 적어 주세요."
        ),
        "say": _("{messenger}에서는 ‘{button}’ 버튼을 눌러 보내는 말이 약 {n}자 넘쳐요. 그만큼 줄여 주세요."),
    }
    return sentences[loss.what].format(messenger=name, n=f"{loss.over:,}", button=loss.label)


def _told_together(loss: Loss, name: str, greeting: str) -> str:
    if loss.what == "text":
        sentence = _("{greeting}와 함께 나가면 {messenger}에서는 약 {n}자가 잘려요. 둘 중 하나를 그만큼 줄여 주세요.")
        return sentence.format(greeting=greeting, messenger=name, n=f"{loss.over:,}")
    sentence = _(
        "{greeting}와 함께 나가면 {messenger}에서는 ‘{button}’ 버튼이 들어갈 자리가 없어요. 버튼을 줄여 주세요."
    )
    return sentence.format(greeting=greeting, messenger=name, button=loss.label)
