"""What publishing would change, in an owner's words: one heading a change, and before -> after line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from autoresponder.console.reworded import Spans, reworded
from autoresponder.console.rule_form import MANNERS
from autoresponder.console.understood_words import LAYER_NAMES
from autoresponder.console.when_words import say_when
from autoresponder.console.words import channel_name, quoted
from autoresponder.engine.book import LAYERS
from autoresponder.rules.release import Change

Document = Mapping[str, Any]
# Labelled sentences, or lists: of those only the words that differ are told.
Said = Mapping[str, str | list[str]]
# Enough to recognise an answer; the rule itself is one tap away.
EXCERPT = 160
# Of a longer text so much before the first difference.
LEAD = 40
# More words than these are counted.
NAMED = 10
# Texts that stand on the screen of greetings; the others on the one about understanding.
GREETINGS = ("away", "fallback", "hand_off")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs. `before` is "" for what is new, `after` for what goes away.

    `words`: both are of a list, and each names only what the other has not.
    """

    label: str
    before: str
    after: str
    words: bool = False

    @property
    def gone(self) -> Spans:
        """Which words of `before` are gone, where the two are one text that was reworded."""
        return self._apart[0]

    @property
    def come(self) -> Spans:
        return self._apart[1]

    @property
    def _apart(self) -> tuple[Spans, Spans]:
        return ((), ()) if self.words else reworded(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it reads on the screen. `rule` is the key of a rule that can still be opened, or ""; `screen` the
    address name of the one where a text is written, or "".
    """

    badge: str
    title: str
    lines: tuple[Line, ...]
    rule: str = ""
    screen: str = ""


def tell(change: Change) -> Told:
    if change.kind == "order":
        return Told(_("순서"), _("규칙을 살펴보는 순서를 바꿨어요"), ())
    if change.kind == "text":
        badge, screen = _("고침") if change.before else _("새로"), screen_of(change.key)
        lines = _lines(_text(change.key, change.before), _text(change.key, change.after))
        return Told(badge, text_name(change.key), lines, screen=screen)
    badges = {
        "added": _("새로"),
        "edited": _("고침"),
        "removed": _("지움"),
        "switched_on": _("켬"),
        "switched_off": _("끔"),
    }
    told = _told_off(change) or _lines(_rule(change.before), _rule(change.after))
    return Told(badges[change.kind], change.name, told, rule="" if change.kind == "removed" else change.key)


def text_name(key: str) -> str:
    names = {
        "away": _("부재중 인사"),
        "fallback": _("기본 답변"),
        "hand_off": _("사람에게 넘길 때 하는 말"),
        "ask_back": _("되물을 때 하는 말"),
        "aliases": _("다르게 적는 말"),
        "ignored": _("규칙의 말로 보지 않는 말"),
        "layers": _("오타도 알아듣기"),
        "synonyms": _("같은 뜻의 말"),
    }
    return names.get(key, key)


def screen_of(text: str) -> str:
    return "console:texts" if text in GREETINGS else "console:understanding"


def _told_off(change: Change) -> tuple[Line, ...]:
    """Of a rule that came, went or was switched, only what tells it apart: its words and its answer."""
    if change.kind == "edited":
        return ()
    document = change.after or change.before
    said = _replies(document["replies"]) or _action(document["action"])
    words = Line(_("손님이 하는 말"), "", _some([word for group in document["groups"] for word in group["words"]]))
    return (words, Line(_("이렇게 답해요"), "", _excerpt(said)))


def rule_lines(before: Document, after: Document) -> tuple[Line, ...]:
    """What two forms of one rule say differently, word for word."""
    return _differing(_rule(before), _rule(after))


def text_lines(key: str, before: Any, after: Any) -> tuple[Line, ...]:
    """The same of two forms of a text, each line by the name of the text and its own."""
    name, lines = text_name(key), _differing(_text(key, before), _text(key, after))
    return tuple(replace(line, label=f"{name} · {line.label}" if line.label else name) for line in lines)


def _lines(before: Said, after: Said) -> tuple[Line, ...]:
    return tuple(
        line if line.words else Line(line.label, *_excerpts(line.before, line.after))
        for line in _differing(before, after)
    )


def _differing(before: Said, after: Said) -> tuple[Line, ...]:
    labels = dict.fromkeys([*after, *before])
    pairs = [(label, before.get(label) or "", after.get(label) or "") for label in labels]
    return tuple(_line(label, old, new) for label, old, new in pairs if old != new)


def _line(label: str, old: str | list[str], new: str | list[str]) -> Line:
    if isinstance(old, str) and isinstance(new, str):
        return Line(label, old, new)
    gone, come = [word for word in old if word not in new], [word for word in new if word not in old]
    if gone or come:
        return Line(label, _some(gone), _some(come), words=True)
    # The order alone.
    return Line(label, quoted(old), quoted(new))


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Both where they begin to differ."""
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    start = max(same - LEAD, 0) if max(len(old), len(new)) > EXCERPT else 0
    return _excerpt(old, start), _excerpt(new, start)


def _excerpt(text: str, start: int = 0) -> str:
    shown = text[start : start + EXCERPT]
    return ("…" if start and shown else "") + (shown.rstrip() + "…" if start + EXCERPT < len(text) else shown)


def _rule(rule: Document) -> Said:
    """A rule as labelled sentences, those that have nothing to say left out; {} for none."""
    if not rule:
        return {}
    said: Said = {
        _("이름"): rule["name"],
        **_groups(rule["groups"]),
        _("이렇게 답해요"): _replies(rule["replies"]),
        _("하는 일"): _action(rule["action"]),
        _("언제"): say_when(rule["when"], rule.get("window")) or _("항상"),
        _("메신저"): ", ".join(map(channel_name, rule["channels"])) or _("모든 메신저"),
        _("같은 손님에게"): _cooldown(rule["cooldown_minutes"]),
        # Versions from before these fields were published without them.
        _("어떻게 말하면"): _manner(rule.get("manner", "mention")),
        _("오타도 알아듣기"): _layers([layer for layer in LAYERS if layer not in rule.get("without", ())]),
        _("차례"): _("항상 먼저 확인해요") if rule["band"] == "safety" else _("정한 순서대로"),
        _("켜고 끄기"): _("켜짐") if rule["enabled"] else _("꺼짐"),
    }
    return {label: text for label, text in said.items() if text}


def _groups(groups: Sequence[Document]) -> dict[str, list[str]]:
    """Words by the label of their field: all words of `all` and of `none` are one list, groups of `any` one each."""
    labels = {"any": _("이 말 중 하나라도 있으면"), "all": _("이 말이 모두 있으면"), "none": _("이 말이 있으면 빼요")}
    said: dict[str, list[str]] = {}
    also = 0
    for group in groups:
        label = labels[group["mode"]]
        if group["mode"] == "any" and label in said:
            also += 1
            label = _("그리고 이 말 중 하나도 있으면") + (f" ({also})" if also > 1 else "")
        said[label] = [*said.get(label, []), *group["words"]]
    return said


def _some(entries: Sequence[str]) -> str:
    named, more = quoted(entries[:NAMED]), len(entries) - NAMED
    if more <= 0:
        return named
    return ngettext("%(words)s 외 %(n)d개", "%(words)s 외 %(n)d개", more) % {"words": named, "n": more}


def _text(key: str, text: Any) -> Said:
    """A text of the document, or the groups of one meaning; {} stands for none."""
    if text == {}:
        return {}
    if key == "aliases":
        return {"": [f"{word['written']} → {word['meant']}" for word in text]}
    if key == "ignored":
        return {"": text}
    if key == "synonyms":
        return {"": [f"{first} = {word}" for first, *others in text for word in others]}
    if key == "layers":
        return {_("켠 것"): _layers(text)}
    if key == "ask_back":
        return {_("되묻는 말"): text["text"] or _("되묻지 않아요")}
    return _greeting(key, text)


def _greeting(key: str, text: Document) -> Said:
    if key == "away":
        away = {
            _("인사말"): _reply(text["reply"]),
            _("얼마나 자주"): _every(text["every_minutes"]),
            _("켜고 끄기"): _("켜짐") if text["enabled"] else _("꺼짐"),
        }
        return away
    if key == "fallback":
        return {_("이렇게 답해요"): _reply(text["reply"]), _("사람에게 넘기기"): _misses(text["hand_off_after"])}
    return {
        _("영업 중에"): _reply(text["open"]),
        _("쉬는 시간에"): _reply(text["closed"]),
        _("자동 답변을 쉬는 시간"): minutes(text["quiet_minutes"]),
    }


def _replies(replies: Sequence[Document]) -> str:
    return "\n".join(map(_reply, replies))


def _reply(reply: Document) -> str:
    buttons = " ".join(f"[{button['label']}]" for button in reply["buttons"])
    return f"{reply['text']}\n{buttons}" if buttons else reply["text"]


def _action(action: str) -> str:
    return _("사람에게 넘겨요") if action == "hand_off" else _("답변해요")


def _manner(manner: str) -> str:
    return next((str(name) for code, name, _hint in MANNERS if code == manner), manner)


def _layers(layers: Sequence[str]) -> str:
    names = [str(name) for layer, name in LAYER_NAMES.items() if layer in layers]
    return ", ".join(names) if names else _("모두 꺼짐")


def _cooldown(cooldown: int) -> str:
    return (
        _("%(time)s 안에는 다시 답하지 않아요") % {"time": minutes(cooldown)} if cooldown else _("물을 때마다 답해요")
    )


def _every(every: int) -> str:
    return _("%(time)s에 한 번") % {"time": minutes(every)} if every else _("말할 때마다")


def _misses(misses: int) -> str:
    if not misses:
        return _("넘기지 않아요")
    return ngettext("%(n)d번 못 알아들으면", "%(n)d번 못 알아들으면", misses) % {"n": misses}


def minutes(count: int) -> str:
    """A length of time in the largest whole unit."""
    if count and count % (24 * 60) == 0:
        return ngettext("%(n)d일", "%(n)d일", count // (24 * 60)) % {"n": count // (24 * 60)}
    if count and count % 60 == 0:
        return ngettext("%(n)d시간", "%(n)d시간", count // 60) % {"n": count // 60}
    return ngettext("%(n)d분", "%(n)d분", count) % {"n": count}
