"""Rule books and messages to measure with: invented, always the same, and shaped like those of Korean shops.

Rules have 3-8 keywords: half are one group of which any will do, a quarter need two groups, some three, a fifth have
words they must not meet. Of the messages exactly six in ten have a winner; particles, blanks left out, ㅠㅠ and emoji,
and now and then text as macOS sends it (NFD).
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from autoresponder.engine.book import Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.match import find
from autoresponder.engine.types import Reply

MESSAGES = 5_000
WINNERS = 0.6
LENGTHS = range(5, 81)
ANSWER = "받으신 날부터 7일 안에 알려 주시면 돼요. 왕복 배송비는 6,000원이고 입금이 확인되면 바로 보내 드려요."
# Enough syllables that ten thousand rules do not meet in every message by chance, as real shops' words do not.
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4, 28)]
TOPICS, ASKS, FILLERS = (
    line.split()
    for line in (
        "배송 반품 교환 환불 사이즈 재입고 주문 결제 쿠폰 적립금 포장 색상 소재 세탁 영수증 예약 영업시간 주차 위치 "
        "할인 선물 품절 불량 출고 택배비 회원 가입 탈퇴 수선 보증",
        "언제 얼마 어떻게 가능 방법 기간 어디 안내 며칠 무료 확인 변경 취소 추가 제주도 해외 오늘 내일",
        "안녕하세요 혹시 저기요 제가 어제 산 그거 좀 너무 진짜 사장님 그런데 아직 친구가 받은 거 같은데 이번에",
    )
)
PARTICLES = ("", "", "은", "는", "를", "도", "이요", "으로")
ENDINGS = ("해요?", "되나요", "알려 주세요", "궁금해요", "있나요?", "부탁드려요", "인가요ㅠㅠ", "하고 싶은데요", "!!")
DECORATION = ("ㅠㅠ", " ㅎㅎ", "🙏", " 😊", "~~", "...")


class Workload(NamedTuple):
    compiled: Compiled
    texts: list[str]

    @property
    def unmatched(self) -> list[str]:
        return [text for text in self.texts if not ranks(self.compiled, text)]


def ranks(compiled: Compiled, text: str) -> Sequence[int]:
    """The exact core: fold, scan, evaluate."""
    return find(compiled, text).satisfied


@cache
def workload(size: int) -> Workload:
    """`size` rules, and messages of which six in ten have a winner."""
    compiled = compile_book(book(size))
    dice = random.Random(f"messages {size}")
    wanted = {True: round(MESSAGES * WINNERS), False: MESSAGES - round(MESSAGES * WINNERS)}
    texts: list[str] = []
    for text in _messages(dice, book(size).rules):
        won = bool(ranks(compiled, text))
        if wanted[won]:
            wanted[won] -= 1
            texts.append(text)
        elif not any(wanted.values()):
            break
    dice.shuffle(texts)
    return Workload(compiled, texts)


def book(size: int, *, seed: int = 0) -> Book:
    dice = random.Random(f"rules {size} {seed}")
    names = [_name(dice) for _ in range(4 * size)]
    rules = tuple(_rule(dice, names, number) for number in range(size))
    away, fallback = Away(Reply("쉬는 시간이에요")), Fallback(Reply("다시 적어 주세요"), hand_off_after=0)
    return Book(rules, away, fallback, HandOff(Reply("전해 드렸어요"), Reply("전해 드렸어요")), layers=())


def asked(size: int) -> Compiled:
    """The same rules, but each answers only where something is asked, as the rules of the packs do."""
    plain = book(size)
    return compile_book(replace(plain, rules=tuple(replace(rule, manner="asked") for rule in plain.rules)))


def _rule(dice: random.Random, names: list[str], number: int) -> Rule:
    words = dice.randint(3, 8)
    shape = dice.choices(("any", "two", "three", "any none", "two none"), (50, 25, 5, 12, 8))[0]
    groups = [Group("any", tuple(_keyword(dice, names) for _ in range(words)))]
    if shape != "any":
        groups = [Group("any", tuple(_keyword(dice, names) for _ in range(max(1, words - 2))))]
    if shape.startswith(("two", "three")):
        groups += [Group("any", tuple(dice.sample(ASKS, 2)))]
    if shape == "three":
        groups += [Group("any", tuple(dice.sample(TOPICS, 2)))]
    if shape.endswith("none"):
        groups += [Group("none", (dice.choice(names),))]
    return Rule(f"r{number}", f"규칙 {number}", tuple(groups), (Reply(ANSWER),))


def _keyword(dice: random.Random, names: list[str]) -> str:
    kind = dice.random()
    if kind < 0.03:
        return dice.choice(TOPICS)
    return f"{dice.choice(TOPICS)} {dice.choice(names)}" if kind < 0.15 else dice.choice(names)


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 3, 4))))


def _messages(dice: random.Random, rules: tuple[Rule, ...]) -> Iterator[str]:
    while True:
        groups = [group.words for group in dice.choice(rules).groups if group.mode == "any"]
        known = [dice.choice(words) for words in groups] if dice.random() < 0.7 else []
        text = _message(dice, known)
        if len(text) in LENGTHS:
            yield unicodedata.normalize("NFD", text) if dice.random() < 0.02 else text


def _message(dice: random.Random, known: list[str]) -> str:
    pieces = [word + dice.choice(PARTICLES) for word in known]
    pieces += dice.choices(FILLERS, k=dice.randint(1, 8)) + [_name(dice) for _ in range(dice.randint(0, 2))]
    dice.shuffle(pieces)
    pieces.append(dice.choice(ENDINGS))
    text = "".join(piece + ("" if dice.random() < 0.22 else " ") for piece in pieces).strip()
    return text + dice.choice(DECORATION) if dice.random() < 0.2 else text


def books(count: int, *, rules: int = 30) -> Iterator[Book]:
    """So many different small shops."""
    return (book(rules, seed=seed) for seed in range(1, count + 1))
