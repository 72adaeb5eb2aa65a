"""What a rule book would have done with the shop's own past: how many answers differ, from what to what, and which of
them look wrong.

An answer differs when its outcome or its rules do, or the words its owner wrote for it. It is held against what the
customer really got (the log). How messages are decided again: insights/again.py. The result is plain JSON:

    messages, changed      customers' messages (no platform's tests), and how many of their answers differ
    already                of those changed, how many the published version answers like this too
    answered_before/_after how many were answered
    before, after          messages by what a seller calls the outcomes (insights/today.py)
    suspects, new_suspects how many changed ones look wrong, and how many without those of `already`
    groups                 one for each way from an answer to another, those with most suspects first: `before` and
                           `after` ({"outcome", "rules"}), `words` (only the words differ), `count`, `suspects`,
                           `alike` ([{"id", "count"}]: how it is most often asked) and `examples`
    names                  of the rules, by key

An example has the message's `id`, `at` and `kind`, its `conversation`, `suspect` (a code of counts.SUSPECTS or ""),
`already`, and `after` with its `replies` (texts), `trace` and `matched`. What customers wrote is added by `with_words`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

from autoresponder.engine.book import Book
from autoresponder.inbox.models import Message
from autoresponder.insights.counts import Counts
from autoresponder.insights.parts import Job, Judge, apart, here
from autoresponder.insights.past import pages
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop

# Messages read by their numbers at once.
TOGETHER = 500
# From so many messages on, several processes save more time than they take to start.
MANY = 50_000


def replay(
    shop: Shop,
    book: Book,
    *,
    since: datetime,
    until: datetime,
    published: Version | None,
    told: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """The book over the messages with since <= at < until. `told` hears now and then how many are done; what it raises
    ends the replay. Raises BrokenProcessPool when a process that worked for us was killed."""
    messages = Message.objects.filter(shop=shop, at__gte=since, at__lt=until).count()
    job, counts = Job(shop, book, since, until, published, messages), Counts()
    with closing((apart if messages >= MANY else here)(job, pages(shop, since=since))) as parts:
        for part in parts:
            counts.merge(part)
            told(counts.seen)
    counts.names |= {rule.key: rule.name for rule in book.rules}
    return counts.result(Judge(job._replace(messages=0)).tell)


def with_words(result: dict[str, Any]) -> dict[str, Any]:
    """The result with what customers wrote and what they were answered: `text` of examples and of what is alike, and
    `replies` of `before`. It is kept in the log alone, so that whatever is taken out there is gone here too."""
    parts = [part for group in result["groups"] for part in (*group["examples"], *group["alike"])]
    ids = sorted({part["id"] for part in parts})
    logged: dict[int, tuple[str, list[str]]] = {}
    for first in range(0, len(ids), TOGETHER):
        rows = Message.objects.filter(pk__in=ids[first : first + TOGETHER]).exclude(decision={})
        for pk, text, replies in rows.values_list("pk", "text", "replies"):
            logged[pk] = text, [reply.get("text", "") for reply in replies]
    groups = [
        {
            **group,
            "alike": [{**kind, "text": logged[kind["id"]][0]} for kind in group["alike"] if kind["id"] in logged],
            "examples": [_with_words(one, *logged[one["id"]]) for one in group["examples"] if one["id"] in logged],
        }
        for group in result["groups"]
    ]
    return {**result, "groups": groups}


def _with_words(example: dict[str, Any], text: str, replies: list[str]) -> dict[str, Any]:
    return {**example, "text": text, "before": {"replies": replies}}
