"""Languages without a gettext binary: find what is to be translated, keep the .po files, compile them.

The msgids are the Korean copy itself, so Korean needs no file at all and every other language has one .po.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from autoresponder import channels
from autoresponder.engine import facts

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "autoresponder" / "locale"
SOURCES = ("autoresponder", "config")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
PLURAL, CONTEXT = {"ngettext", "ngettext_lazy"}, {"pgettext", "pgettext_lazy"}

# What templatize() leaves of a template: gettext calls, with XXX for all that is not text.
TEMPLATE_CALL = re.compile(r"\b(?:gettext|ngettext|pgettext|_)\(")
HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")


@dataclass(frozen=True, slots=True)
class Found:
    """One text to translate and the file (relative to the project) it was first seen in."""

    msgid: str
    plural: str = ""
    context: str = ""
    where: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.msgid


def compile_all() -> list[Path]:
    """Write every .mo that is missing or older than its .po; the paths written."""
    written = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            # Another process may be reading or writing it: build beside, then swap.
            fresh = target.with_suffix(f".{os.getpid()}.tmp")
            polib.pofile(str(source)).save_as_mofile(str(fresh))
            fresh.replace(target)
            written.append(target)
    return written


def collect() -> list[Found]:
    """Every text of the project to translate, once, in the order of files."""
    found: dict[tuple[str, str], Found] = {}
    for one in (*_from_templates(), *_from_python(), *_from_channels(), *_from_facts()):
        known = found.get(one.key)
        if known is None or (one.plural and not known.plural):
            found[one.key] = one
    return list(found.values())


def update(path: Path) -> tuple[int, int]:
    """Add what is missing in a .po and drop what is no longer used; how many of each."""
    book = polib.pofile(str(path)) if path.exists() else _new_book(path)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in book if not entry.obsolete}
    wanted = collect()
    kept = polib.POFile()
    kept.metadata = book.metadata
    for one in sorted(wanted, key=lambda one: (one.where, one.msgid)):
        kept.append(_entry(one, known.get(one.key)))
    path.parent.mkdir(parents=True, exist_ok=True)
    kept.save(str(path))
    keys = {one.key for one in wanted}
    return len(keys - known.keys()), len(known.keys() - keys)


def untranslated(path: Path) -> list[str]:
    """The texts a .po does not translate, or not in every plural form."""
    book = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in book if not entry.obsolete}
    return [one.msgid for one in collect() if not (entry := known.get(one.key)) or not entry.translated()]


def _entry(one: Found, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=one.msgid, occurrences=[(one.where, "")], msgctxt=one.context or None)
    translated = known.msgstr if known else ""
    if one.plural:
        entry.msgid_plural = one.plural
        forms = known.msgstr_plural if known else {}
        entry.msgstr_plural = {n: forms.get(n, translated) for n in (0, 1)}
    else:
        entry.msgstr = translated or (known.msgstr_plural.get(0, "") if known else "")
    if "%(" in one.msgid:
        entry.flags.append("python-format")
    return entry


def _new_book(path: Path) -> polib.POFile:
    book = polib.POFile()
    book.metadata = {
        "Language": path.parts[-3],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return book


def _from_templates() -> Iterator[Found]:
    for path in _files(ROOT / "templates", "*.html", "*.txt"):
        where = str(path.relative_to(ROOT))
        text = templatize(path.read_text(encoding="utf-8"), origin=where)
        for start in TEMPLATE_CALL.finditer(text):
            yield from _in_calls(_call_at(text, start.start()), where)


def _call_at(text: str, start: int) -> ast.AST:
    """The call that begins at `start`: templatize() writes Python calls with noise between them."""
    end = text.find(")", start)
    while end != -1:
        try:
            return ast.parse(text[start : end + 1])
        except SyntaxError:
            end = text.find(")", end + 1)
    return ast.Module([], [])


def _from_python() -> Iterator[Found]:
    for folder in SOURCES:
        for path in _files(ROOT / folder, "*.py"):
            where = str(path.relative_to(ROOT))
            yield from _in_calls(ast.parse(path.read_text(encoding="utf-8"), where), where)


def _in_calls(tree: ast.AST, where: str) -> Iterator[Found]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name not in CALLS or not texts or not HANGUL.search("".join(texts)):
            continue
        if name in PLURAL and len(texts) == 2:
            yield Found(texts[0], plural=texts[1], where=where)
        elif name in CONTEXT and len(texts) == 2:
            yield Found(texts[1], context=texts[0], where=where)
        elif name not in PLURAL | CONTEXT:
            yield Found(texts[0], where=where)


def _from_channels() -> Iterator[Found]:
    """Adapters know no Django: their labels and field texts are msgids without a call around them."""
    for kind in channels.KINDS:
        adapter = channels.get(kind)
        texts = [adapter.label]
        for field in adapter.fields:
            texts += [field.label, field.help, field.wrong, *(label for _, label in field.choices)]
        for text in texts:
            if HANGUL.search(text):
                yield Found(text, where=f"autoresponder/channels/{kind}.py")


def _from_facts() -> Iterator[Found]:
    """The engine knows no Django either; a fact's topic, label and example stand on a screen."""
    texts = (*facts.TOPICS, *(text for fact in facts.FACTS for text in (fact.label, fact.example)))
    return (Found(text, where="autoresponder/engine/facts.py") for text in texts if HANGUL.search(text))


def _files(folder: Path, *patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if "migrations" not in path.parts)
