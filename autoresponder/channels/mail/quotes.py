"""What a person wrote in a mail, without the mail it answers, the signature and the phone's own line.

Yesterday's words under today's would make rules answer what nobody asked. The marks are those that mail programs write:
Outlook, Apple Mail, Gmail, Thunderbird and the Korean web mailers, in Korean and English.
"""

from __future__ import annotations

import re

# A line that long is nobody's mark, and the patterns need not look at it.
_LONGEST_MARK = 400
# "-----Original Message-----", "---------[ 받은 메일 내용 ]----------", "Begin forwarded message:"
_NAMES = (
    r"original message|original appointment|forwarded message|원본 ?메시지|원본 ?메일"
    r"|전달된 ?메시지|전달된 ?메일|받은 ?메일 ?내용|답장 ?메시지"
)
_RULE = re.compile(
    rf"[-=_*\s\[]{{2,}}({_NAMES})[-=_*\s\]]{{2,}}|begin forwarded message:|전달된 ?메시지 ?시작:", re.IGNORECASE
)
# "보낸 사람: ..." with more of its kind below it; some programs make the names bold.
_FROM = re.compile(r"[*\s]*(from|보낸 ?사람|보낸 ?이|발신인?|발신자)[*\s]*[:：]", re.IGNORECASE)
_HEADER = re.compile(
    r"[*\s]*(sent|date|to|cc|subject|보낸 ?날짜|보낸 ?시간|날짜|일시|받는 ?사람|받는 ?이|수신인?|수신자|참조|제목)"
    r"[*\s]*[:：]",
    re.IGNORECASE,
)
# "On Sun, Nov 22, 2026 at 10:05 AM Sample Shop <shop@example.com> wrote:",
# "2026년 11월 22일 (일) 오전 10:05, Sample Shop <shop@example.com>님이 작성:",
# "2026-11-22 오전 10:05에 Sample Shop 이(가) 쓴 글:"
_WROTE = re.compile(
    r"on\b.{5,300}\bwrote\s*[:：]|.{0,60}\d{4}\s?[-년./].{5,300}(작성|쓴 ?글|썼습니다|보낸 ?메일|wrote)\s*[:：]",
    re.IGNORECASE,
)
# The line that Outlook draws above an earlier mail.
_DRAWN = re.compile(r"[_=\-*─━]{5,}")
_SIGNATURE = re.compile(r"-- ?")
_DEVICES = r"(iphone|ipad|갤럭시|galaxy|스마트폰|휴대폰|outlook|네이버 메일 앱|다음 ?메일 앱)"
_PHONE = re.compile(
    rf".{{0,30}}{_DEVICES}.{{0,30}}에서 (보냄|보낸 메일|보낸 메일입니다|전송됨|보냈습니다)\.?"
    r"|sent from (my|the|yahoo|mail|outlook|samsung).{0,40}"
    r"|get outlook for (ios|android).{0,60}|(ios|android)용 outlook.{0,60}",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The lines a person wrote; "" when there is nothing but quotes."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if _is_end(lines, at, line):
            break
        if length := _attribution(lines, at):
            if not _quoted_next(lines, at + length):
                break
            at += length
            continue
        if not line.startswith((">", "＞")) and not _is_phone(line):
            kept.append(lines[at])
        at += 1
    while kept and (not kept[-1] or _DRAWN.fullmatch(kept[-1].strip())):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _is_end(lines: list[str], at: int, line: str) -> bool:
    if len(line) > _LONGEST_MARK:
        return False
    # A mail that begins with dashes is no signature.
    if at and _SIGNATURE.fullmatch(lines[at]):
        return True
    if _RULE.fullmatch(line):
        return True
    below = [other.strip() for other in lines[at + 1 : at + 7] if other.strip()][:4]
    return bool(_FROM.match(line)) and any(_HEADER.match(other[:_LONGEST_MARK]) for other in below)


def _attribution(lines: list[str], at: int) -> int:
    """How many lines the words "On ... wrote:" take, which programs fold; 0 where there are none."""
    if not re.match(r"\s*(on\b|.{0,40}\d{4})", lines[at], re.IGNORECASE):
        return 0
    for length in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + length])
        if len(joined) <= _LONGEST_MARK and _WROTE.fullmatch(joined):
            return length
    return 0


def _quoted_next(lines: list[str], at: int) -> bool:
    """Whether marked lines follow, below which a person may go on writing; else all the rest is the quote."""
    following = next((line.strip() for line in lines[at:] if line.strip()), "")
    return following.startswith((">", "＞"))


def _is_phone(line: str) -> bool:
    return len(line) <= _LONGEST_MARK and bool(_PHONE.fullmatch(line))
