"""Why a rule book's file was not taken, in words: each mistake with its line."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.problems import problem_words
from autoresponder.engine.check import Problem
from autoresponder.rules.interchange import Fault

# Of the file, not of what it says.
TEXT_FAULTS = {
    "too_big": gettext_lazy("2MB보다 큰 파일이에요. 답지기에서 내보낸 파일이 맞는지 봐 주세요."),
    "not_text": gettext_lazy("글로 읽을 수 없는 파일이에요. 답지기에서 내보낸 파일인지 확인해 주세요."),
    "not_rules": gettext_lazy("규칙 목록(rules)을 찾지 못했어요. rules의 대괄호 안에 규칙을 적어 주세요."),
    "syntax": gettext_lazy("여기에 올 수 없는 글자가 있어요. 괄호나 따옴표의 짝이 맞는지 봐 주세요."),
    "quote": gettext_lazy('따옴표가 맞지 않아요. 말은 한 줄에 적고 곧은 큰따옴표(")로 열고 닫아 주세요.'),
    "comma": gettext_lazy("이 줄 끝에 쉼표가 빠졌어요."),
    "spare_comma": gettext_lazy("바로 앞에 필요 없는 쉼표가 있어요. 마지막 것 뒤에는 쉼표를 적지 않아요."),
    "colon": gettext_lazy("이름 뒤에 쌍점(:)이 빠졌어요."),
    "number": gettext_lazy("숫자는 소수점 없이 따옴표 밖에 적어 주세요. 다른 말이면 큰따옴표로 감싸 주세요."),
    "text": gettext_lazy("역슬래시(\\) 뒤에 알 수 없는 글자가 있어요. 그냥 적으려면 두 번(\\\\) 적어 주세요."),
    "repeated": gettext_lazy("‘{name}’ 항목이 두 번 있어요. 하나만 남겨 주세요."),
    "deep": gettext_lazy("괄호가 너무 여러 겹이에요."),
    "end": gettext_lazy("파일이 여기에서 끊겼어요. 끝까지 있는지, 괄호가 닫혔는지 봐 주세요."),
    "after": gettext_lazy("마지막 괄호 뒤에 다른 글자가 있어요."),
    "unknown_name": gettext_lazy("‘{called}’ 항목은 몰라요. 이름을 바르게 적었는지 봐 주세요."),
    "bad_key": gettext_lazy("key는 영문자, 숫자, -, _로 20자까지 적을 수 있어요. 새 규칙이면 이 줄을 지워도 돼요."),
    "repeated_key": gettext_lazy("앞의 규칙과 key가 같아요. 둘 중 하나를 바꾸거나 지워 주세요."),
    "unknown_schema": gettext_lazy("이 답지기가 모르는 형식이에요. 답지기를 새로 고친 뒤에 가져와 주세요."),
    "empty_group": gettext_lazy("키워드가 비어 있어요. 손님이 할 만한 말을 하나 이상 적어 주세요."),
    "no_words": gettext_lazy("키워드가 비어 있어요. 손님이 할 만한 말을 하나 이상 적어 주세요."),
    "blank_word": gettext_lazy("키워드가 비어 있거나 알아볼 글자가 없어요. 글자나 숫자로 적어 주세요."),
    "bad_date": gettext_lazy("‘{found}’ 날짜를 알아볼 수 없어요. 2026-03-07처럼 적어 주세요."),
    "out_of_range": gettext_lazy("0부터 {at_most}까지의 숫자로 적어 주세요."),
    "unknown_value": gettext_lazy("{some} 가운데 하나로 적어 주세요."),
}
WANTED = {
    "text": gettext_lazy("큰따옴표로 감싼 글로 적어 주세요."),
    "number": gettext_lazy("따옴표 없이 숫자로 적어 주세요."),
    "true or false": gettext_lazy("true나 false로 적어 주세요."),
    "list": gettext_lazy("대괄호 안에 쉼표로 나누어 적어 주세요."),
    "object": gettext_lazy("중괄호 안에 항목 이름과 함께 적어 주세요."),
}
FIELDS = {
    "groups": gettext_lazy("키워드"),
    "words": gettext_lazy("키워드"),
    "replies": gettext_lazy("답변"),
    "buttons": gettext_lazy("버튼"),
    "name": gettext_lazy("규칙 이름"),
    "window": gettext_lazy("기간"),
    "channels": gettext_lazy("메신저"),
    "away": gettext_lazy("부재중 인사"),
    "fallback": gettext_lazy("기본 답변"),
    "hand_off": gettext_lazy("사람에게 넘길 때 하는 말"),
    "ask_back": gettext_lazy("되물을 때 하는 말"),
    "aliases": gettext_lazy("다르게 적는 말"),
    "ignored": gettext_lazy("규칙의 말로 보지 않는 말"),
}


def fault_words(fault: Fault) -> str:
    """ "42번째 줄(배송 안내): 키워드가 비어 있어요. ..." """
    said = _said(fault)
    if not fault.line:
        return said
    where = _("{line}번째 줄({rule})") if fault.rule else _("{line}번째 줄")
    return f"{where.format(line=fault.line, rule=fault.rule)}: {said}"


def _said(fault: Fault) -> str:
    values = {**fault.params, "called": fault.name, "some": _some(fault)}
    if words := TEXT_FAULTS.get(fault.code):
        return str(words).format(**values)
    if fault.code == "wrong_type" and (words := WANTED.get(str(fault.params.get("wanted")))):
        said = str(words)
    else:
        said = problem_words(Problem("", fault.name, fault.code, fault.params))
    field = FIELDS.get(fault.name)
    return f"{field} — {said}" if field else f"{fault.name} — {said}"


def _some(fault: Fault) -> str:
    return ", ".join(map(str, fault.params.get("choices", ())))
