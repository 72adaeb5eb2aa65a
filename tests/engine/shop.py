"""Small shops for the tests, and the reader of the case files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from autoresponder.engine.book import Window
from autoresponder.engine.calendar import Calendar, Day, Night, Rest, Shipping, Span, Vacation
from autoresponder.engine.document import Alias, Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.types import Reply

CASES = Path(__file__).parent / "cases"
SEOUL = ZoneInfo("Asia/Seoul")
DAYS = "월화수목금토일"
NTH_WORDS = ("첫째", "둘째", "셋째", "넷째", "다섯째")
T = TypeVar("T")
ALWAYS_OPEN = Calendar("Asia/Seoul", ((Span(0, 1440),),) * 7)
NEVER_OPEN = Calendar("Asia/Seoul", ((),) * 7)


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL).astimezone(UTC)


def rule(name: str, *words: str, **changes: Any) -> Rule:
    fields: dict[str, Any] = {"groups": (Group("any", words),), "replies": (Reply(f"{name}!"),)}
    return Rule(name, name, **(fields | changes))


def book(*rules: Rule, **changes: Any) -> Book:
    fields: dict[str, Any] = {
        "away": Away(Reply("쉬는 시간이에요.")),
        "fallback": Fallback(Reply("잘 모르겠어요."), hand_off_after=0),
        "hand_off": HandOff(Reply("사람을 부를게요."), Reply("내일 사람이 답해요.")),
    }
    return Book(rules, **(fields | changes))


def case_files() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(CASES.glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text("utf-8"))


def book_of_cases(data: Mapping[str, Any]) -> Book:
    shop = data["shop"]
    return book(
        *(_rule(item) for item in data["rules"]),
        away=Away(Reply(shop.get("away", "")), bool(shop.get("away")), shop.get("away_every_minutes", 720)),
        fallback=Fallback(Reply(shop["fallback"]), shop["hand_off_after"]),
        hand_off=HandOff(
            Reply(shop.get("hand_off_open", "사람을 부를게요.")),
            Reply(shop.get("hand_off_closed", "나중에 사람이 답해요.")),
            shop.get("quiet_minutes", 60),
        ),
        ask_back=Reply(shop.get("ask_back", "")),
        aliases=tuple(Alias(written, meant) for meant, written in shop.get("spellings", {}).items()),
        ignored=tuple(shop.get("ignored", ())),
    )


def calendar_of_cases(data: Mapping[str, Any]) -> Calendar:
    shop = data["shop"]
    night, vacations = shop.get("night"), shop.get("vacations", ())
    return Calendar(
        "Asia/Seoul",
        tuple(_by_weekday(shop["hours"], _spans, ())),
        shop.get("country", ""),
        tuple(Rest(DAYS.index(day), nth) for day, nth in _rests(shop.get("rests", ""))),
        {date.fromisoformat(day): _own(hours) for day, hours in shop.get("days", {}).items()},
        {(int(day[:2]), int(day[3:])): _own(hours) for day, hours in shop.get("yearly", {}).items()},
        tuple(Vacation(**vacation) for vacation in vacations),
        Night(*map(_minutes, night["hours"].split("-")), night.get("greeting", "")) if night else None,
        Shipping(tuple(_by_weekday(shop["shipping"], _minutes, None))) if "shipping" in shop else None,
    )


def _by_weekday(hours: Mapping[str, str], read: Callable[[str], T], otherwise: T) -> list[T]:
    found = [otherwise] * 7
    for days, written in hours.items():
        for day in range(DAYS.index(days[0]), DAYS.index(days[-1]) + 1):
            found[day] = read(written)
    return found


def _spans(written: str) -> tuple[Span, ...]:
    return tuple(Span(*map(_minutes, span.split("-"))) for span in written.split())


def _own(hours: str) -> Day:
    """열어요: as the week says; 쉬어요: a day off; else hours."""
    return Day({"열어요": None, "쉬어요": ()}.get(hours, _spans(hours) if hours[0].isdigit() else ()))


def _rests(written: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """ "둘째·넷째 월요일" """
    if written:
        nth, day = written.split()
        yield day[0], tuple(NTH_WORDS.index(word) + 1 for word in nth.split("·"))


def _window(item: Mapping[str, Any]) -> Window:
    start, end = map(_minutes, item["hours"].split("-")) if "hours" in item else (None, None)
    weekdays = tuple(DAYS.index(day) for day in item.get("days", ""))
    return Window(weekdays, start, end, item.get("first"), item.get("last"))


def _rule(item: Mapping[str, Any]) -> Rule:
    groups = [Group(mode, tuple(item[mode])) for mode in ("any", "all", "none") if mode in item]
    groups += [Group(group["mode"], tuple(group["words"])) for group in item.get("groups", ())]
    names = ("band", "enabled", "when", "action", "cooldown_minutes", "manner")
    known = {name: item[name] for name in names if name in item}
    replies = (Reply(item["say"]),) if "say" in item else ()
    lists: dict[str, Any] = {name: tuple(item[name]) for name in ("channels", "without") if name in item}
    if "window" in item:
        lists["window"] = _window(item["window"])
    return rule(item["name"], groups=tuple(groups), replies=replies, **lists, **known)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
