"""Every text of the product is in English too, and says the same."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from autoresponder import messages

ENGLISH = messages.LOCALE / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
# Korean that stays Korean in English: what a seller types or sees at a Korean platform, and our variables.
KEPT_KOREAN = re.compile(r"‘[^’]*’|\"[^\"]*\"|“[^”]*”|\{[^}]*\}|\([^)]*\)|한국어|답지기")


@pytest.fixture(scope="module")
def english() -> polib.POFile:
    return polib.pofile(str(ENGLISH))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated() -> None:
    assert messages.untranslated(ENGLISH) == []


def test_nothing_is_translated_that_nobody_says(english: polib.POFile) -> None:
    said = {one.key for one in messages.collect()}
    assert [entry.msgid for entry in english if (entry.msgctxt or "", entry.msgid) not in said] == []


def test_placeholders_and_tags_agree(english: polib.POFile) -> None:
    def parts(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    # "1 message" needs no number in the singular; every other form says all that the Korean says.
    wrong = [
        entry.msgid
        for entry in english
        if entry.translated() and any(parts(form) != parts(entry.msgid) for form in forms(entry)[-1:])
    ]
    assert wrong == []


def test_no_korean_is_left_in_english(english: polib.POFile) -> None:
    left = [form for entry in english for form in forms(entry) if messages.HANGUL.search(KEPT_KOREAN.sub("", form))]
    assert left == []


def test_no_translation_is_a_guess(english: polib.POFile) -> None:
    assert [entry.msgid for entry in english if entry.fuzzy] == []


def test_texts_are_found_in_templates_python_and_adapters() -> None:
    found = {one.msgid: one for one in messages.collect()}

    assert found["빠른 키"].where == "templates/parts/keys.html"
    assert found["나를 기다리는 손님 %(n)s명"].plural
    assert "지금은 쉬는 시간이에요" in found
    assert found["카카오톡 채널"].where == "autoresponder/channels/kakao.py"


def test_an_update_keeps_translations_adds_the_new_and_drops_the_unused(tmp_path: Path) -> None:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    book = polib.POFile()
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    book.append(polib.POEntry(msgid="지금 열기", msgstr="Open now"))
    book.append(polib.POEntry(msgid="아무도 하지 않는 말", msgstr="Nobody says this"))
    path.parent.mkdir(parents=True)
    book.save(str(path))

    added, dropped = messages.update(path)

    entries = polib.pofile(str(path))
    after = {entry.msgid: entry.msgstr for entry in entries}
    assert after["지금 열기"] == "Open now"
    assert "아무도 하지 않는 말" not in after
    assert (added, dropped) == (len(entries) - 1, 1)
    assert "오늘만 닫기" in messages.untranslated(path)


def test_a_catalogue_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "네"\nmsgstr "Yes"\n')

    assert messages.compile_all() == [path.with_suffix(".mo")]
    assert messages.compile_all() == []
    assert [entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))] == ["Yes"]
