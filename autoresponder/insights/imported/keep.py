"""Talks from elsewhere, kept for a while with little of the people in them: numbers for names, no telephone numbers,
no addresses, none of the files."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from autoresponder.insights.imported.lines import LONGEST
from autoresponder.insights.imported.read import MOST, Found
from autoresponder.insights.models import History
from autoresponder.insights.unreadable import Unreadable
from autoresponder.shops.models import Shop

KEPT, KEPT_FOR = 10, timedelta(days=30)
# Shorter names are words as often as names: "하늘", "나라".
SHORTEST_NAME = 3
MASK = "***"
# Telephone and card numbers, resident numbers; an order's number is none of these.
_NUMBERS = (
    r"(?:\+?82[-. ]?)?0?1[016-9][-. ]?\d{3,4}[-. ]?\d{4}|0\d{1,2}(?:[-. ]|\) ?)\d{3,4}[-. ]\d{4}"
    r"|\d{6}-[1-4]\d{6}|\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}"
)
PERSONAL = re.compile(rf"(?<!\d)(?:{_NUMBERS})(?!\d)|[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}}")


class Said(NamedTuple):
    """What one customer said. `at`: ISO 8601, a date alone where no time is known, "" for nothing. `answer`: what the
    shop said to it then."""

    customer: int
    at: str
    text: str
    answer: str

    @property
    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if "T" in self.at else None


class Sentences(NamedTuple):
    """`left_out`: pictures, stickers and the like."""

    said: list[Said]
    left_out: int


def sentences(found: Found, shops_name: str) -> Sentences:
    """The customers' side of it, in the order of the files. `shops_name`: the speaker who is the shop, "" for nobody.
    Raises Unreadable "too_many"."""
    said: list[Said] = []
    customers: dict[tuple[int, str], int] = {}
    left_out = 0
    last: tuple[int, str] | None = None
    for line in found.lines:
        if shops_name and line.who == shops_name:
            if last and last[0] == line.talk and line.has_words:
                said[-1] = _answered(said[-1], line.text, last[1])
            continue
        if not line.has_words:
            left_out += 1
            continue
        last = line.talk, line.who
        number = customers.setdefault(last, len(customers) + 1)
        at = line.at.isoformat() if line.at else ""
        text = masked(line.text, line.who, called(number))
        said.append(Said(number, at, text, masked(line.answer, line.who, _("고객님"))))
    if len(said) > MOST:
        raise Unreadable("too_many", most=MOST, file="")
    return Sentences(said, left_out)


def masked(text: str, name: str, instead: str) -> str:
    """Without telephone numbers and mail addresses, and with something else instead of the customer's own name."""
    if len(name) >= SHORTEST_NAME and name in text:
        text = re.sub(rf"{re.escape(name)}(?: ?고객님|님)?", lambda _found: instead, text)
    return PERSONAL.sub(MASK, text)


def called(number: int) -> str:
    return _("손님 %(n)d") % {"n": number}


def keep(shop: Shop, said: list[Said], *, channel: str, now: datetime) -> History:
    """Stores them; only the newest `KEPT` of a shop stay."""
    history = measured(said)
    history.shop, history.channel, history.created_at = shop, channel, now
    history.said = zlib.compress(json.dumps(said, ensure_ascii=False).encode(), level=3)
    with transaction.atomic():
        history.save()
        kept = list(History.objects.filter(shop=shop).values_list("pk", flat=True)[:KEPT])
        History.objects.filter(shop=shop).exclude(pk__in=kept).delete()
    return history


def measured(said: list[Said]) -> History:
    """How many sentences of how many customers from when to when, not stored."""
    days = sorted(day for one in said if (day := one.at[:10]))
    return History(
        messages=len(said),
        customers=len({one.customer for one in said}),
        timed=sum("T" in one.at for one in said),
        answered=sum(bool(one.answer) for one in said),
        first_on=date.fromisoformat(days[0]) if days else None,
        last_on=date.fromisoformat(days[-1]) if days else None,
    )


def customers_in(history: History) -> Iterator[list[Said]]:
    """Each customer's sentences, in the order of their moments where all have one, else of the file."""
    stored = [Said(*one) for one in json.loads(zlib.decompress(history.said))]
    stored.sort(key=lambda one: one.customer)
    for _number, own in groupby(stored, key=lambda one: one.customer):
        yield _in_order(own)


def forget_old(now: datetime) -> int:
    """Takes away what was kept long enough, with its runs. How many there were."""
    old = History.objects.filter(created_at__lt=now - KEPT_FOR)
    count = old.count()
    old.delete()
    return count


def _in_order(own: Iterable[Said]) -> list[Said]:
    said = list(own)
    moments = [one.moment for one in said]
    if None in moments:
        return said
    return sorted(said, key=lambda one: one.moment or datetime.max)  # noqa: DTZ901 (none is left)


def _answered(one: Said, text: str, name: str) -> Said:
    answer = "\n".join(filter(None, [one.answer, masked(text, name, _("고객님"))]))
    return one._replace(answer=answer[:LONGEST])
