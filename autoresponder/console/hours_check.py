"""Is a typed week fit to be stored? What is not is said in words, on every row it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from autoresponder.console.clocks import say_span
from autoresponder.console.hours_form import DAYS, Day, Row, read_row
from autoresponder.engine.hours import DAY, Span, problems

# Weekday (Monday is 0) and number of the row within it.
Place = tuple[int, int]
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Checked:
    """`week` is what can be stored, or None while something is wrong; `days` carry the words about it."""

    days: tuple[Day, ...]
    week: list[list[list[int]]] | None
    errors: tuple[str, ...] = ()


def check(days: Sequence[Day]) -> Checked:
    spans: dict[Place, Span] = {}
    checked = [_read(number, day, spans) for number, day in enumerate(days)]
    week, places = _arranged(spans)
    empty = False
    for problem in problems(week):
        empty |= problem.code == "empty_week"
        if problem.code == "overlap":
            _mark(checked, spans, places[problem.weekday][problem.span])
    fit = not any(row.errors for day in checked for row in day.rows)
    if fit and empty:
        always_closed = _(
            "일주일 내내 쉬는 날이에요. 하루라도 여는 시간이 있어야 손님에게 언제 여는지 알려 줄 수 있어요."
        )
        return Checked(tuple(checked), None, (always_closed,))
    return Checked(tuple(checked), [[[span.start, span.end] for span in day] for day in week] if fit else None)


def say_week(week: Sequence[Sequence[Span]]) -> tuple[str, ...]:
    """Each weekday with its hours in one line."""
    return tuple(
        f"{name} {', '.join(map(say_span, spans)) or _('쉬는 날')}" for name, spans in zip(DAYS, week, strict=True)
    )


def _read(number: int, day: Day, spans: dict[Place, Span]) -> Day:
    """The day with words about rows that cannot be read; what can be read goes into `spans`."""
    if day.off:
        return day
    rows: list[Row] = []
    for place, row in enumerate(day.rows):
        span, read = (None, row) if row.blank else read_row(row)
        if span:
            spans[number, place] = span
        rows.append(read)
    if all(row.blank for row in rows):
        rows[0] = replace(rows[0], wrong=("start",), errors=(_("여는 시간을 적거나 ‘쉬는 날’을 눌러 주세요."),))
    return replace(day, rows=tuple(rows))


def _arranged(spans: Mapping[Place, Span]) -> tuple[list[list[Span]], list[list[Place]]]:
    """The week as it would be stored, each day in order of the clock, and where each span was typed."""
    places = [sorted((at for at in spans if at[0] == number), key=lambda at: spans[at].start) for number in range(7)]
    return [[spans[at] for at in day] for day in places], places


def _mark(days: list[Day], spans: Mapping[Place, Span], mine: Place) -> None:
    for other in _meeting(spans, mine):
        for place, at in ((mine, other), (other, mine)):
            days[place[0]] = _overlapping(days[place[0]], place[1], f"{DAYS[at[0]]} {say_span(spans[at])}")


def _meeting(spans: Mapping[Place, Span], mine: Place) -> Iterator[Place]:
    """The other spans that share a minute with this one; Sunday's late night may reach into Monday."""
    start, end = mine[0] * DAY + spans[mine].start, mine[0] * DAY + spans[mine].end
    for place, span in spans.items():
        begins, ends = place[0] * DAY + span.start, place[0] * DAY + span.end
        if place != mine and any(start < ends + turn and begins + turn < end for turn in (-WEEK, 0, WEEK)):
            yield place


def _overlapping(day: Day, place: int, other: str) -> Day:
    said = _("%(other)s 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.") % {"other": other}
    rows = list(day.rows)
    if said not in rows[place].errors:
        rows[place] = replace(rows[place], errors=(*rows[place].errors, said), wrong=("start", "end"))
    return replace(day, rows=tuple(rows))
