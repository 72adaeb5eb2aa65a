"""Make replies fit what a messenger can show: split long texts at sentence ends, merge too many bubbles.

Lengths are in the messenger's unit (measure.py). Buttons that it lacks become numbered lines. Nothing but blanks at
the seams is lost unless the text is larger than all bubbles together; then it ends with an ellipsis, and `loses` has
said so before anything was published.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from autoresponder.channels.measure import cut, reach, size, split
from autoresponder.engine.types import Button, Reply

if TYPE_CHECKING:  # `base` offers what is here to every adapter
    from autoresponder.channels.base import Limits

__all__ = ["Loss", "arrange", "buttons", "cut", "gather", "is_small", "loses", "numbered", "size", "split"]

_GAP = "\n\n"
# What is left at least of a numbered label that must be cut.
_SHORTEST_LABEL = 12


class Loss(NamedTuple):
    """What a messenger cannot show of replies: the end of their "text", a whole "button", the end of what one "say"s.

    `label` is the button's; `over`: how many characters are lost.
    """

    what: Literal["text", "button", "say"]
    label: str = ""
    over: int = 0


def arrange(replies: Sequence[Reply], limits: Limits) -> list[Reply]:
    """The same words in bubbles the messenger can show. A blank reply without buttons disappears.

    Where there are more buttons than the messenger has, all of them stand as numbered lines at the end of the last
    bubble, and the first are buttons as well: a number means its line, wherever the buttons are drawn.
    """
    pieces = [piece for reply in _within(replies, limits) for piece in _pieces(reply, limits)]
    lines = "\n".join(_lines(replies, limits))
    bubbles = _ended(pieces, lines, limits)
    while len(bubbles) > limits.bubbles:
        at = _lightest_pair(bubbles, limits)
        if at is None:
            return _squeeze(pieces, lines, limits)
        bubbles[at : at + 2] = [_join(bubbles[at], bubbles[at + 1], limits)]
    return bubbles


def gather(replies: Sequence[Reply], limits: Limits, *, alone: str) -> list[Reply]:
    """`arrange` where all buttons stand under the last bubble; buttons without any text stand under `alone`."""
    bubbles = [replace(bubble, buttons=()) for bubble in arrange(replies, limits) if bubble.text]
    own = buttons(_of(replies), limits)
    if own and not bubbles:
        bubbles = [Reply(alone)]
    return [*bubbles[:-1], replace(bubbles[-1], buttons=own)] if bubbles else []


def buttons(wanted: Iterable[Button], limits: Limits) -> tuple[Button, ...]:
    """At most `limits.buttons` different ones; a label that is cut still says what it said in full."""
    fitting = {}
    for button in _different(wanted):
        said = cut(button.say, limits.say, limits.unit) if limits.say else button.say
        fitting[Button(cut(button.label, limits.button_label, limits.unit), said)] = True
    return tuple(fitting)[: limits.buttons]


def numbered(replies: Sequence[Reply], limits: Limits) -> tuple[str, ...]:
    """What the numbered lines stand for that these replies end with on such a messenger; () where there are none."""
    return tuple(button.say for button, _ in zip(_of(replies), _lines(replies, limits), strict=False))


def loses(replies: Sequence[Reply], shown: Sequence[Reply], limits: Limits) -> list[Loss]:
    """What is missing when these replies are `shown` like this, which are the bubbles of such a messenger."""
    over = _over([reply.text for reply in replies], "".join(bubble.text for bubble in shown))
    wanted = _of(replies)
    unseen = max(limits.buttons, len(_lines(replies, limits)))
    return [
        *([Loss("text", over=over)] if over else []),
        *(Loss("button", button.label) for button in wanted[unseen:]),
        *(Loss("say", button.label, over) for button in wanted if limits.say and (over := _beyond(button.say, limits))),
    ]


def is_small(replies: Sequence[Reply], limits: Limits) -> bool:
    """Whether one bubble takes it all, so that nothing can be lost however it is arranged."""
    texts = sum(size(reply.text, limits.unit) + len(_GAP) for reply in replies)
    wanted = [button for reply in replies for button in reply.buttons]
    carried = not limits.say or all(size(button.text, limits.unit) <= limits.say for button in wanted)
    return texts <= limits.text and len(wanted) <= limits.buttons and carried


def _within(replies: Sequence[Reply], limits: Limits) -> Sequence[Reply]:
    """Of all their buttons together only as many as the messenger has."""
    wanted = _of(replies)
    if len(wanted) <= limits.buttons:
        return replies
    kept = wanted[: limits.buttons]
    return [
        replace(reply, buttons=tuple(button for button in _different(reply.buttons) if button in kept))
        for reply in replies
    ]


def _lines(replies: Sequence[Reply], limits: Limits) -> list[str]:
    """ "1. 배송 조회" and so on; [] while the buttons suffice.

    At most one bubble, and half of it where there is but one, so that the words before them keep room: long labels are
    cut for that, and what still does not fit is a loss.
    """
    wanted, room = _of(replies), limits.text if limits.bubbles > 1 else limits.text // 2
    if len(wanted) <= limits.buttons:
        return []
    labels = [button.label for button in wanted]
    if size("\n".join(_numbers(labels)), limits.unit) > room:
        width = max(room // len(labels) - len("10. \n"), _SHORTEST_LABEL)
        labels = [cut(label, width, limits.unit) for label in labels]
    lines = _numbers(labels)
    while size("\n".join(lines), limits.unit) > room:
        lines.pop()
    return lines


def _numbers(labels: Sequence[str]) -> list[str]:
    return [f"{number}. {label}" for number, label in enumerate(labels, start=1)]


def _of(replies: Sequence[Reply]) -> list[Button]:
    return _different(button for reply in replies for button in reply.buttons)


def _different(wanted: Iterable[Button]) -> list[Button]:
    """Those that show something, each once, label and words in one line and in full."""
    whole = {}
    for button in wanted:
        if label := " ".join((button.label or button.say).split()):
            whole[Button(label, button.text.strip() or label)] = True
    return list(whole)


def _pieces(reply: Reply, limits: Limits) -> list[Reply]:
    """Buttons belong under the last piece, where the customer stops reading."""
    own = buttons(reply.buttons, limits)
    texts = split(reply.text, limits.text, limits.unit)
    if not texts:
        return [replace(reply, text="", buttons=own)] if own else []
    return [*(Reply(text, role=reply.role) for text in texts[:-1]), replace(reply, text=texts[-1], buttons=own)]


def _ended(bubbles: Sequence[Reply], lines: str, limits: Limits) -> list[Reply]:
    """With the numbered lines in the last bubble, or in one of their own that takes its buttons over."""
    if not lines:
        return list(bubbles)
    *others, last = bubbles or [Reply("")]
    whole = _joined(last.text, lines)
    if size(whole, limits.unit) <= limits.text:
        return [*others, replace(last, text=whole)]
    return [*others, replace(last, buttons=()), replace(last, text=lines)]


def _lightest_pair(bubbles: Sequence[Reply], limits: Limits) -> int | None:
    """Which neighbours to merge: the pair with the least text, so that bubbles stay even. None when no pair fits."""
    sizes = [size(_joined(one.text, other.text), limits.unit) for one, other in pairwise(bubbles)]
    lightest = min(range(len(sizes)), key=sizes.__getitem__)
    return lightest if sizes[lightest] <= limits.text else None


def _join(one: Reply, other: Reply, limits: Limits) -> Reply:
    role = "hand_off" if "hand_off" in (one.role, other.role) else one.role
    return Reply(_joined(one.text, other.text), buttons([*one.buttons, *other.buttons], limits), role)


def _joined(*texts: str) -> str:
    return _GAP.join(text for text in texts if text)


def _squeeze(pieces: Sequence[Reply], lines: str, limits: Limits) -> list[Reply]:
    """No neighbours fit together: flow the whole text anew, filling every bubble to the brim."""
    whole = _joined(*(piece.text for piece in pieces))
    role = next((piece.role for piece in pieces if piece.role == "hand_off"), pieces[0].role)
    flowing = [Reply(text, role=role) for text in split(whole, limits.text, limits.unit)]
    bubbles = _ended(flowing, lines, limits)
    if len(bubbles) > limits.bubbles:
        bubbles = [Reply(text, role=role) for text in _brim(whole, lines, limits)]
    own = buttons((button for piece in pieces for button in piece.buttons), limits)
    return [*bubbles[:-1], replace(bubbles[-1], buttons=own)]


def _brim(whole: str, lines: str, limits: Limits) -> list[str]:
    room = limits.text - (size(_GAP + lines, limits.unit) if lines else 0)
    if room < limits.text // 4 and limits.bubbles > 1:
        return [*_brim(whole, "", replace(limits, bubbles=limits.bubbles - 1)), lines]
    texts: list[str] = []
    while whole and len(texts) < limits.bubbles - 1:
        at = reach(whole, limits.text, limits.unit)
        texts.append(whole[:at].rstrip())
        whole = whole[at:].lstrip()
    last = _joined(cut(whole, room, limits.unit), lines)
    return [*texts, last] if last else texts


def _over(texts: Sequence[str], said: str) -> int:
    """How many characters did not come through, blanks aside. A text twice must be said twice."""
    said, over = _nonblank(said), 0
    for wanted in sorted(map(_nonblank, texts), key=len, reverse=True):
        kept = len(wanted)
        if wanted not in said:
            kept = bisect_left(range(len(wanted)), True, key=lambda end: wanted[: end + 1] not in said)
        said = said.replace(wanted[:kept], "\n", 1)
        over += len(wanted) - kept
    return over


def _beyond(text: str, limits: Limits) -> int:
    """How many characters of a button's words are more than the messenger carries."""
    return len(text) - reach(text, limits.say, limits.unit) if size(text, limits.unit) > limits.say else 0


def _nonblank(text: str) -> str:
    return "".join(text.split())
