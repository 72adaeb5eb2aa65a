"""The named values a text may hold: those to tap into it, and those it names while nobody has filled them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from autoresponder.console.change_words import screen_of, text_name
from autoresponder.console.words import fact_names
from autoresponder.engine.facts import BY_NAME, FACTS
from autoresponder.engine.variables import COMPUTED, CUSTOMER, CUTOFF, NAMES, SHIPPING, SHIPPING_DAY, named, unfilled
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of

Document = Mapping[str, Any]
# In NAMES the English spelling of a name stands after its Korean one.
_ENGLISH = {korean: name for name, korean in NAMES.items()}


@dataclass(frozen=True, slots=True)
class Insertion:
    """A button in the editors: what stands on it and what a press writes."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Lack:
    """A text that stays unsaid, where it stands, the page to mend it on, why, and what stands on a button there."""

    where: str
    url: str
    sentence: str
    fix: str


def insertions(shop: Shop) -> dict[str, list[Insertion]]:
    """What always says something ("ready"), the facts that are filled in ("facts"), and those still "empty"."""
    ready = [*COMPUTED, *((CUTOFF, SHIPPING_DAY) if shop.hours.get("shipping") else ())]
    return {
        "ready": [*map(_insertion, ready), Insertion(spelled(CUSTOMER), _("{고객명|고객님}"))],
        "facts": [_insertion(fact.name) for fact in FACTS if fact.name in shop.facts and fact.name not in ready],
        "empty": [_insertion(fact.name) for fact in FACTS if fact.name not in shop.facts and fact.name not in ready],
    }


def told_values(shop: Shop) -> dict[str, str]:
    """What is known to fill a reply with: with shipping days set, the cut-off and its day are worked out every time."""
    shipping = dict.fromkeys(SHIPPING, "…") if shop.hours.get("shipping") else {}
    return {**values_of(shop), **shipping}


def spelled(name: str) -> str:
    """A Korean name in the reader's language; the engine knows both spellings."""
    return name if (get_language() or "ko").startswith("ko") else _ENGLISH[name]


def lacks(document: Document, values: Mapping[str, str]) -> list[Lack]:
    """Every text of a draft that customers cannot get because a value it names is missing; off rules do not count."""
    found = [
        lack_at(rule["name"], reverse("console:rule", args=[rule["key"]]), _texts(rule["replies"]), values)
        for rule in document["rules"]
        if rule["enabled"]
    ]
    found += [lack_at(text_name(name), reverse(screen_of(name)), texts, values) for name, texts in own_texts(document)]
    return [lack for lack in found if lack]


def lack_at(where: str, url: str, texts: Iterable[str], values: Mapping[str, str]) -> Lack | None:
    """What these texts, written at `url`, lack: facts and shipping days are filled in elsewhere."""
    names = _unfilled(texts, values)
    if not names:
        return None
    sentence = _lack_words(names)
    if any(name in BY_NAME for name in names):
        return Lack(where, reverse("console:facts"), sentence, _("채우기"))
    if SHIPPING_DAY in names:
        return Lack(where, f"{reverse('console:hours')}#shipping", sentence, _("채우기"))
    return Lack(where, url, sentence, _("고치기"))


def lack_words(texts: Iterable[str], values: Mapping[str, str]) -> str:
    """What is missing for these texts and what to do about it; "" when nothing is."""
    return _lack_words(_unfilled(texts, values))


def _unfilled(texts: Iterable[str], values: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in unfilled(text, values)))


def _lack_words(names: Sequence[str]) -> str:
    facts = [name for name in names if name in BY_NAME]
    sentences = []
    if facts:
        sentence = _("{facts} 정보가 비어 있어서 나가지 않아요.")
        sentences.append(sentence.format(facts=fact_names(facts)))
    if SHIPPING_DAY in names:
        sentences.append(_("‘영업시간’ 화면에서 출고 마감을 정해야 출고일이 나가요."))
    if CUSTOMER in names:
        sentence = _("손님 이름을 모르면 나가지 않아요. {example}처럼 적으면 이름 대신 할 말이 들어가요.")
        sentences.append(sentence.format(example=_("{고객명|고객님}")))
    return " ".join(sentences)


def users_of(document: Document, names_in: Callable[[str], list[str]] = named) -> dict[str, list[str]]:
    """Fact -> the rules (by name) and other texts in which `names_in` finds it, switched-off rules too."""
    users: dict[str, list[str]] = {}
    said = [(rule["name"], _texts(rule["replies"])) for rule in document["rules"]]
    said += [(text_name(name), texts) for name, texts in own_texts(document)]
    for where, texts in said:
        for name in dict.fromkeys(name for text in texts for name in names_in(text)):
            users.setdefault(name, []).append(where)
    return users


def own_texts(document: Document) -> Iterator[tuple[str, list[str]]]:
    """The texts that are no rule, by their field; an away greeting only while it is given."""
    if document["away"]["enabled"]:
        yield "away", _texts([document["away"]["reply"]])
    yield "fallback", _texts([document["fallback"]["reply"]])
    yield "hand_off", _texts([document["hand_off"]["open"], document["hand_off"]["closed"]])
    if document.get("ask_back"):
        yield "ask_back", _texts([document["ask_back"]])


def _insertion(name: str) -> Insertion:
    return Insertion(spelled(name), f"{{{spelled(name)}}}")


def _texts(replies: Iterable[Document]) -> list[str]:
    return [reply["text"] for reply in replies]
