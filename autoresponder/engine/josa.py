"""Korean particles that fit the word before them: {가게이름}은(는) becomes 햇살상점은 or 오후의 서랍은, 카페는.

A marker is a particle with its other form in brackets, in either order: 은(는), 는(은), (으)로, (이)에요. It follows
the sound the word ends in as read aloud in Korean: 일 for 1, 엘 for L, 숍 for Shop, 킬로그램 for 3kg.
"""

from __future__ import annotations

import re

# Marker -> the form after a consonant, and after a vowel.
_FORMS = {
    "은(는)": ("은", "는"),
    "는(은)": ("은", "는"),
    "이(가)": ("이", "가"),
    "가(이)": ("이", "가"),
    "을(를)": ("을", "를"),
    "를(을)": ("을", "를"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "아(야)": ("아", "야"),
    "야(아)": ("아", "야"),
    "(이)나": ("이나", "나"),
    "(이)랑": ("이랑", "랑"),
    "(이)에요": ("이에요", "예요"),
    "(이)라고": ("이라고", "라고"),
    "(이)란": ("이란", "란"),
    "(으)로": ("으로", "로"),
    "로(으로)": ("으로", "로"),
    "으로(로)": ("으로", "로"),
    "이에요(예요)": ("이에요", "예요"),
    "예요(이에요)": ("이에요", "예요"),
}
_MARKER = re.compile("|".join(re.escape(marker) for marker in sorted(_FORMS, key=len, reverse=True)))
# What is read aloud last: a syllable, a number with its unit (그램; 퍼센트, 미터, 리터), a digit, a Latin word. A
# closing quote or a remark in brackets is passed over: 배송(택배)은.
_SPOKEN = re.compile(
    r"(?P<sound>[가-힣]|[0-9]\s?(?P<unit>%|[kKm]?g|[kcm]?m|m?[lL])|[0-9]|[A-Za-z]+)"
    r"(?:\([^()\n]{1,40}\)|[\"'”’」』》\]>)])*$"
)
# No longer than the longest remark with a word before it, so that a long text costs no more than its markers.
_LOOK_BACK = 64
_RIEUL = 8
_DIGITS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
# Letters whose Korean names end in a consonant: 엘, 엠, 엔, 알. The rest end in a vowel.
_LETTERS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
# How English words are read that end so: 세일, 구글; 홈, 라인, 쿠팡, 숍, 웹, 뮤직, 팩, 톡, 북, 마켓.
# All others end in a vowel: 네이버, 스토어, 박스, 푸드, 이벤트.
_ENDS_IN_RIEUL = re.compile(r"le?$")
_ENDS_CLOSED = re.compile(r"(?:ng|[mn]e?|[aeiou](?:pp?|b|c)|ck|alk|(?:^|[^e])[aeiou]k|(?:^|[^aeiou])[aeou]t)$")
_SPELLED = 3


def fit(text: str) -> str:
    """The text with every marker behind a word or number turned into the particle that fits."""
    return _MARKER.sub(_fitting, text) if "(" in text else text


def _fitting(marker: re.Match[str]) -> str:
    tail = _tail(marker.string[max(0, marker.start() - _LOOK_BACK) : marker.start()])
    if tail is None:
        return marker[0]
    closed, opened = _FORMS[marker[0]]
    return opened if not tail or (tail == "ㄹ" and closed == "으로") else closed


def _tail(before: str) -> str | None:
    """The consonant a text ends in as read aloud; "" for a vowel, None for no word. Only ㄹ is told from the others."""
    if "가" <= before[-1:] <= "힣":
        return _tail_of_syllable(before[-1])
    spoken = _SPOKEN.search(before)
    if spoken is None:
        return None
    if unit := spoken["unit"]:
        return "ㅁ" if unit.endswith("g") else ""
    sound = spoken["sound"]
    if sound.isascii():
        return _DIGITS.get(sound, "") if sound.isdecimal() else _tail_of_latin(sound)
    return _tail_of_syllable(sound)


def _tail_of_syllable(syllable: str) -> str:
    final = (ord(syllable) - 0xAC00) % 28
    return "ㄹ" if final == _RIEUL else "ㅇ" if final else ""


def _tail_of_latin(word: str) -> str:
    """Letter by letter where it is short and large or has no vowel (XL, KTX, pdf), else as an English word."""
    lower = word.lower()
    if (word.isupper() and len(word) <= _SPELLED) or len(word) == 1 or not re.search("[aeiouy]", lower):
        return _LETTERS.get(lower[-1], "")
    if _ENDS_IN_RIEUL.search(lower):
        return "ㄹ"
    return "ㅇ" if _ENDS_CLOSED.search(lower) and lower != "set" else ""
