"""Words of one meaning, offered while a rule is written. Matching itself goes by the words of the rule alone.

One list on the draft rather than a table: it is shown, saved and restored as a whole and nothing points into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autoresponder import packs
from autoresponder.engine.text import fold
from autoresponder.rules.draft import texts_of
from autoresponder.shops.models import Shop

GROUPS, WORDS = 200, 30
# More would be a second list to read through, just under the one being written.
SUGGESTED = 8


def groups_of(shop: Shop) -> list[list[str]]:
    """The shop's own groups; as long as it has none, those its language comes with."""
    kept: list[list[str]] | None = texts_of(shop).synonyms
    return packs.synonyms(shop.language) if kept is None else kept


def stored(shop: Shop, groups: list[list[str]]) -> list[list[str]] | None:
    """What to keep of `groups`: None for the list that comes with the language, so that it grows with it."""
    return None if groups == packs.synonyms(shop.language) else groups


def suggested(groups: Iterable[Sequence[str]], words: Sequence[str], *, besides: Iterable[str] = ()) -> list[str]:
    """Words that mean the same as one of `words`, those for the last word first, without `words` and `besides`."""
    folded = [[(fold(word).flat, word) for word in group] for group in groups]
    taken = {fold(word).flat for word in (*words, *besides)}
    found: dict[str, str] = {}
    for wanted in (fold(word).flat for word in reversed(words)):
        for group in folded:
            if any(flat == wanted for flat, _ in group):
                found |= {flat: word for flat, word in group if flat not in taken and flat not in found}
    return list(found.values())[:SUGGESTED]
