"""What stands at the top of an exported rule book, for whoever opens it in an editor."""

from __future__ import annotations

DOCS: dict[str, list[str]] = {
    "ko": [
        "답지기의 답변 규칙이에요. 고쳐서 ‘버전’ 화면에서 다시 가져올 수 있어요. 이 설명(docs)은 지워도 돼요.",
        "rules: 규칙 목록. 위에 있는 규칙부터 살펴봐요. key는 그 규칙의 이름표예요. 새 규칙에는 적지 않아도 돼요.",
        "groups: 손님이 하는 말. mode가 any면 words 중 하나라도, all이면 모두 있어야 하고, none이면 있을 때 빼요.",
        "replies: 보내는 말풍선. buttons의 label은 버튼에 보이는 말, say는 눌렀을 때 손님이 하게 되는 말이에요.",
        "band: safety면 다른 규칙보다 항상 먼저, owner면 정한 순서대로. enabled: true면 켜짐, false면 꺼짐.",
        "when: always(항상), open(영업 중), closed(쉬는 시간), night(밤), holiday(쉬는 날).",
        "window: 정한 때에만. weekdays는 0(월)~6(일), start와 end는 자정부터 센 분, first와 last는 2026-03-07처럼.",
        "channels: 답할 메신저. 비어 있으면 모두. action: answer(답해요), hand_off(사람에게 넘겨요).",
        "cooldown_minutes: 같은 손님에게 다시 답하기까지의 분. 0이면 물을 때마다.",
        "manner: mention(말이 나오면), asked(묻거나 부탁하면), alone(그 말만 보냈을 때).",
        "without: 이 규칙이 쓰지 않는 오타 이해. layers: 가게 전체에서 쓰는 것. jamo, keyboard, sound, slip 중에서.",
        "away: 부재중 인사. fallback: 기본 답변. hand_off: 사람에게 넘길 때. ask_back: 되물을 때. 빼면 그대로 둬요.",
        "aliases: 다르게 적는 말(written)과 원래 말(meant). ignored: 규칙의 말로 보지 않는 말.",
    ],
    "en": [
        "The answer rules of Dapjigi. Edit them and bring them back on the page ‘Versions’. You may delete this text.",
        "rules: looked at from the top. key is the rule's own tag; leave it out for a new rule.",
        "groups: what customers say. mode any: one of words is there; all: every one; none: not if one is.",
        "replies: the bubbles. Of buttons, label is what is shown, say what the customer says by pressing it.",
        "band: safety goes before all others, owner in the order given. enabled: true is on, false is off.",
        "when: always, open, closed, night, holiday.",
        "window: only then. weekdays 0 (Monday) to 6, start and end in minutes, first and last as 2026-03-07.",
        "channels: the messengers it answers on, all if empty. action: answer, or hand_off to a person.",
        "cooldown_minutes: until the same customer gets it again; 0 for every time.",
        "manner: mention (anyhow), asked (only when asked or wanted), alone (only when nothing else is said).",
        "without: ways of understanding typos this rule leaves out; layers: those of the shop.",
        "away, fallback, hand_off, ask_back: the other texts. Left out, they stay as they are.",
        "aliases: another spelling (written) of a word (meant). ignored: words in which no keyword counts.",
    ],
}
