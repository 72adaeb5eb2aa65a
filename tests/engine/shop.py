"""Small shops for the tests, and the reader of the case files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autoresponder.engine.document import Alias, Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.hours import Calendar, Span
from autoresponder.engine.types import Reply

CASES = Path(__file__).parent / "cases"
SEOUL = ZoneInfo("Asia/Seoul")
DAYS = "월화수목금토일"
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
    week: list[tuple[Span, ...]] = [()] * 7
    for days, hours in data["shop"]["hours"].items():
        first, last = DAYS.index(days[0]), DAYS.index(days[-1])
        for day in range(first, last + 1):
            week[day] = tuple(Span(*map(_minutes, span.split("-"))) for span in hours.split())
    return Calendar("Asia/Seoul", tuple(week), data["shop"].get("country", ""))


def _rule(item: Mapping[str, Any]) -> Rule:
    groups = [Group(mode, tuple(item[mode])) for mode in ("any", "all", "none") if mode in item]
    groups += [Group(group["mode"], tuple(group["words"])) for group in item.get("groups", ())]
    names = ("band", "enabled", "when", "action", "cooldown_minutes", "manner")
    known = {name: item[name] for name in names if name in item}
    replies = (Reply(item["say"]),) if "say" in item else ()
    lists = {name: tuple(item[name]) for name in ("channels", "without") if name in item}
    return rule(item["name"], groups=tuple(groups), replies=replies, **lists, **known)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
