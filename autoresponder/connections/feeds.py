"""A calendar on the web that a shop follows: its whole-day events are days off, looked at again once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from autoresponder.connections import find
from autoresponder.connections.models import Feed
from autoresponder.connections.secrets import readable, seal
from autoresponder.engine.icalendar.read import DayOff, Found, days_off
from autoresponder.engine.icalendar.refused import Refused as NotTaken
from autoresponder.shops import feed
from autoresponder.shops.calendar import set_feed_days
from autoresponder.shops.models import Shop

__all__ = ["NotTaken", "address_of", "follow", "look", "refresh", "refresh_due", "unfollow"]

EVERY = timedelta(days=1)
# A task is ended after a minute, and a feed may take ten seconds.
AT_ONCE = 4


def look(shop: Shop, address: str, *, now: datetime) -> Found:
    """What stands in the calendar behind an address. Raises shops.feed.Refused or NotTaken."""
    return days_off(feed.fetch(address), timezone=shop.timezone, today=now.astimezone(ZoneInfo(shop.timezone)).date())


def follow(shop: Shop, address: str, days: Sequence[DayOff], *, now: datetime) -> None:
    """From now on; `days` is what was found there just now. An address followed before is left."""
    stored = {"sealed": seal({"address": address}), "result": {"code": "", "days": len(days)}}
    Feed.objects.update_or_create(shop=shop, defaults={**stored, "checked_at": now, "fetched_at": now})
    set_feed_days(shop, days)
    find.forget()


def unfollow(shop: Shop) -> None:
    Feed.objects.filter(shop=shop).delete()
    set_feed_days(shop, ())
    find.forget()


def address_of(followed: Feed) -> str:
    """ "" when the encryption key is lost."""
    return readable(followed.sealed).get("address", "")


def refresh(followed: Feed, *, now: datetime) -> None:
    """Look again. When it cannot be had, the days known so far stay and `result` says why."""
    # Left, or another one followed while this was fetched: then what comes back is nobody's any more.
    still = Feed.objects.filter(pk=followed.pk, sealed=followed.sealed)
    try:
        found = look(followed.shop, address_of(followed), now=now)
    except (feed.Refused, NotTaken) as refused:
        still.update(result={"code": refused.code, "params": refused.params}, checked_at=now)
        return
    if still.update(result={"code": "", "days": len(found.days)}, checked_at=now, fetched_at=now):
        set_feed_days(followed.shop, found.days)
        find.forget()


def refresh_due(now: datetime) -> None:
    """A few of the calendars that were not looked at for a day. Two workers never take the same one."""
    for followed in Feed.objects.select_related("shop").filter(checked_at__lte=now - EVERY)[:AT_ONCE]:
        if Feed.objects.filter(pk=followed.pk, checked_at=followed.checked_at).update(checked_at=now):
            refresh(followed, now=now)
