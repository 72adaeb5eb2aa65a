"""What a message wants: is something asked, wanted or wrong, or are the words of a rule only mentioned?

Korean says it at the end of the sentence (되나요, 해 주세요, 안 왔어요), English mostly at its beginning. Both are read
sentence by sentence with lists of such endings and cues; nothing is weighed or learnt, so the same sentence is always
read the same way. A happy review mentions delivery, size and price in every second line and asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import NamedTuple

from autoresponder.engine.mood_en import english
from autoresponder.engine.text import TYPED_LIMIT, Folded, composed, fold
from autoresponder.engine.types import Mood


class Sentence(NamedTuple):
    """`start` and `end` are positions in the folded text of the whole message; `main` is where the last clause begins.

    What stands before it is background: in 어제 배송 받았는데 교환하고 싶어요 the wish is about 교환.
    """

    start: int
    main: int
    end: int
    mood: Mood


def with_tail(tail: int) -> str:
    """The syllables with this final consonant, as a regular expression class: 4 is ㄴ, 8 is ㄹ, 17 is ㅂ."""
    return "[" + "".join(chr(code) for code in range(0xAC00 + tail, 0xD7A4, 28)) + "]"


# In the lists below ㄴ, ㄹ, ㅂ and ㅆ (a past stem) stand for any syllable that ends so, 요 for its chat spellings, and
# _ for a blank that may be left out.
_SIGNS = {
    "요": "[요욤용여염욥효유융오]",
    "ㄴ": with_tail(4),
    "ㄹ": with_tail(8),
    "ㅂ": with_tail(17),
    "ㅆ": with_tail(20),
    "_": " ?",
}


_SIGN = re.compile("|".join(_SIGNS))
# How a word of the lists begins: with a letter, with one of some, or with one of several beginnings.
_BEGINS = re.compile(r"(?P<one>\w)(?![?*{])|\[(?P<some>[^]^]+)\](?![?*{])|\(\?:(?P<several>[^()]+)\)(?![?*{])")


def one_of(words: str) -> str:
    """A list of words, with the signs above, as a regular expression.

    It looks at the first letter before anything else: nearly everywhere in a sentence none of a hundred words begins.
    """
    written = [_SIGN.sub(lambda sign: _SIGNS[sign[0]], word) for word in words.split()]
    return f"(?=[{''.join(map(_first_letters, written))}])(?:{'|'.join(written)})"


def _first_letters(word: str) -> str:
    """As they stand between brackets. Raises ValueError for a word that may begin with anything."""
    begins = _BEGINS.match(word)
    if begins is None:
        raise ValueError(word)
    if begins["several"]:
        return "".join(map(_first_letters, begins["several"].split("|")))
    return begins["one"] or begins["some"]


# A sentence ends at its mark, at a line break, where it is only laughed and wept between,
# or behind a question without its mark: 픽업 되나요 역까지.
_ENDS = re.compile(
    r"(?=[.!~…。！?？\nㅋㅎㅠㅜ ])"
    r"(?:(?:[.!~…。！](?!\d)|[?？]|\n|(?:[ㅋㅎ]{2,20}|[ㅠㅜ]{2,20})(?=\s))+[\s.!?~…ㅋㅎㅠㅜ]*"
    r"|(?<=나요|까요|가요|세요) )"
)
_HANGUL = re.compile("[가-힣]")
_LEFTOVERS = "".join(map(chr, range(ord("ㄱ"), ord("ㆎ") + 1)))
# 주세요오오, 어디예요요요: drawn out for the sake of it.
_DRAWN_OUT = re.compile(r"(.)\1+$|(?<=[요유])[오옹우웅]+$|(?<=[가나까다아해])[아앙]+$")
_HELD = frozenset("오옹우웅아앙")

# A word that ends a clause which only leads up to the next.
_BACKGROUND = re.compile(
    one_of("""
    는데 은데 ㄴ데 던데 는데요 은데요 ㄴ데요 [아어여해와워라봐가서]서 지만 더니 길래 으니 니까 ㅆ고 ㅆ구 라요 다가
    """)
    + "$"
)
# Talking to somebody else: 너 생일 선물 뭐 받고 싶어?
_TO_A_FRIEND = re.compile(
    " "
    + one_of("너 넌 너는 나는 니 네가 니가 야 엄마 아빠 자기야 여보 오빠 언니 누나 형 얘들아 애들아 다들 우리 울")
    + " "
)
_POLITE_END = re.compile(one_of("요 다 까 시오 죠") + "$")
# A plain statement, to oneself or to everybody: 바꾸고 싶다.
_PLAIN = re.compile("(?<!니)다$")

# Asking: by a word, or by the end of the sentence.
_ASKING_WORDS = re.compile(
    " "
    + one_of("""
    언제(?!나|든) 은제 어디 어딨 어딧 얼마(?!안|전|든|만큼|_안|_전|_뒤|_후) 몇(?!_번을) 며칠 어떻 어떡 어케 어캐
    어찌 뭐(?!랄|든) 뭔 뭘 무슨 무엇 무얼 왜 어느 누구 누가 어떤 어때 혹시 혹쉬
    """)
)
# Without blanks only the plainest of them are safe to find inside a word.
_RUN_TOGETHER = re.compile("[^ ]{7}")
_ASKING_INSIDE = re.compile(
    one_of("언제(?!나|든) 어디 얼마(?!안|전|든|만큼|뒤|후) 며칠 어떻게 어떡 무슨 어느 몇시 왜안 왜이")
)
_ASKING_ENDS = re.compile(
    one_of("""
    나요 까요 가요 지요 ㄴ지요 는지 은지 을지 ㄹ지 런지 ㅂ니까 ㄴ가요? [는은던]가 ㄹ까 ㄹ래요? [가-힣]니
    [있없되하오가주맞]냐 려나 [되돼하있없오가주맞받]나 [되하맞있없]죠 데요 됨 가능 가능해요? 있음 어때요? 하면_돼
    하면_되 이요 해도_돼요? 해도_되요? 거예요 건가 어딘가 수_있음
    """)
    + "$"
)
# Without a question mark 오늘 열어요 may be told or asked; said to a shop in a few words, it asks.
_POLITE_VERBS = re.compile(
    one_of("""
    세요 하고_[가-힣]어요 열어요 닫아요 쉬어요 하세요 파세요 팔아요 받아요 들어와요 나와요 걸려요 오세요 가요 와요
    보여요 되시요 계세요 하시요 나가요 통해요 해요 되요 돼요 수_있어요? 수_없어요? 있어요? 없어요? 없음 없네요?
    없습니다 없던데 없는데
    """)
    + "$"
)
# Wanting something. Told as past, it is told: 교환하고 싶었어요.
_WISHES = re.compile(
    one_of("""
    주세 줘 주라 주실_수 주실_래 주실까 주실지 주십 주시[나면겠길] 주시는 주면_안 주셨으면 주길 주소 주이소 달라
    부탁 바랍 바래요 바람$ 원해 원합 원하고 싶 시퍼 시픈 시프 십어 십은 할게 할께 할래 ㄹ래 하려 려고 려는 려구
    라고요 (?:취소|반품|교환|환불|신청|주문|예약|구매|문의)하겠습니다 문의요 문의드 문의_드[리려립] 문의합 문의해
    문의_좀 문의$ 신청[하은는을]?_(?:해|하|방법|어|언) 요청$ 요청드 요청합 요청해 접수 알려 알고_싶 궁금 필요 급해
    급함 급합 급한 도와 방법 여부 빨리_좀 좀요$ 서요$ 거든요$ 거_같아요$ 것_같아요$ 왔는데요?$ 왔거든요?$
    """)
)
# Something is wrong: a shop is told so to be of help.
_WRONG = re.compile(
    one_of("""
    안_되 안_돼 안_됐 안됨 안_왔 안_와 안_옴 안_오 못_받 못_하고 안_들어[와왔온오] 안_나와 안_떠 안_보[여이] 안_뜨
    안_열 안_켜 안_닫 안_눌 안_붙 안_빠 안_움 안_먹히 빠졌 빠진_게 빠진_거 빠져_있 누락 잘못 에러 오류 불량 고장
    망가 찢 깨져 깨졌 깨진_게 깨진_거 새요$ 찌그러 금_가 금이_가 모자라 작아서 커서_못 안_맞 늦어 늦네 늦게_[와왔오]
    늦습 지연 밀려 아직 소식 없어졌 사라졌 다른_게_왔 달라요 터졌 터져 썩 상했 상한 젖어 젖은 벌레 머리카락 곰팡이
    안_시원 안_잠 안_들[려리] 안_계 끊어졌 끊어져 끊겨 끊겼 틀렸 틀리게 갈라졌 금_갔 까졌 추워요 시끄러워요 미지근
    황당 떨어져 떨어졌 [아어여해져]서_왔 벗겨 부러졌 부러져 휘어 두_짝 한쪽만 하나만_왔 개만_왔 벌만_왔 짝이 줄었
    줄어들었 묻어 굳어 녹아 녹았 식었 샜 없다네 두고_가
    """)
)
_PLEASE = re.compile(one_of("주세요 줘요?$ 부탁 문의요 문의드[려립] 문의합 문의$ 궁금 알려_주 바랍니다"))
_COMMANDS = re.compile(
    one_of("취소 확인 예약 변경 신청 반품 교환 환불 조회 검색 안내 연결 접수 수정 발송 추가 삭제")
    + one_of("해 해라 하렴 하자 합니다 할게 해봐 요 해요 바람 부탁 점 좀 이요 해죠 해조 하고파")
    + "$"
)
# A happy review.
_PRAISE = re.compile(
    one_of("""
    좋아요 좋아서 좋네 좋았 좋습니다 좋고 좋은 좋다 좋음 조아 만족 최고 예뻐 이뻐 예쁘 이쁘 예쁜 이쁜 굿 빨라 빠르고
    빠르네 빠름 빨랐 빨리_[와왔받도배] 빠른_배송 감사 고마 맛있 맛나 잘_쓰 잘_쓸 잘_받 잘_입 잘_신 잘_먹 잘_맞
    잘_도착 잘_어울 잘_왔 잘_와 잘해_[주줬] 딱_맞 딱이 맘에_들 마음에_들 맘에_듭 마음에_듭 재구매 또_구매 또_주문
    또_시[켜킬] 또_[살사올가] 단골 강추 추천합니다 추천해요 추천드 추천이 대박 친절 상냥 꼼꼼 튼튼 귀여 귀엽 가성비
    착하 착한 훌륭 탁월 짱 별_다섯 든든 기대_이상 편해 편하 편합 편안 감동 흡족 깔끔 푸짐 싱싱 신선 부드러 포근 따뜻
    촉촉 번창 성공 시원하 시원해 넓고 쉽고 걱정_없 걱정_마 걱정했는데 알아서 챙겨_주[시셔] 해_주[셨셔시]네?요?$
    주셨어요 주셔서 하나_없이 없이_잘 실화 난리 대란 만점 괜찮았 괜찮네 값을_하 끄떡없 부담_없 안_답답 후회_없
    후회_안 후회하지 인생템 쏙_들 쏙_맞 잘_돼 잘_되 참고하세요 얼른_주문 망설 잘_쓸게 낙낙 무난 실용적 유용 재방문
    또_방문 뷰가 감사했 대만족 쵝오 쩔어 개꿀 굳굳 뿌듯 기분_좋 마음_놓 무사히 완벽 상쾌 고급 정성 인생
    """)
)
# The end of a sentence that tells.
_TOLD = re.compile(
    one_of("""
    ㅆ다 더라 더라고요? 더라구요? ㄴ대 래 ㄴ다 는다 다죠 답니다 습니다 ㅂ니다 네요? 군요? 구나 구먼 잖아요? 음 야지
    야겠다 ㄹ거야 거야 ㄹ게 듯 중 지만 ㅆ어요? ㅆ지 ㅆ는데 ㅆ음 ㅆ네 ㅆ고 이야 이다
    """)
    + "$"
)
_PAST = re.compile(one_of("ㅆ다 ㅆ어요? ㅆ습니다 ㅆ네요? ㅆ음 ㅆ지 ㅆ는데 ㅆ더니 ㅆ지만") + "$")
_VERB_END = re.compile("[다요어아해네지고서면데음임죠까군싸커작많적크야]$")
# What stands in a list of endings is no longer.
LONGEST_END = 16
# How long a note and a question without its mark may be.
SHORT_WORDS, SHORT_SYLLABLES = 4, 14
SHORT_QUESTION = 6
# So many sentences are told apart; what follows is read as one more.
SENTENCES = 40


def sentences(folded: Folded) -> list[Sentence]:
    """The sentences of a message and the mood of each. Linear in its length."""
    typed = [piece for piece in _pieces(composed(folded.typed[:TYPED_LIMIT])) if piece[0]]
    pieces = [folded] if len(typed) == 1 else [fold(text) for text, _ in typed]
    ends = accumulate(len(piece.flat) for piece in pieces)
    return [
        Sentence(end - len(piece.flat), end - len(piece.flat) + _main(piece.words), end, mood(piece.words, asked))
        for piece, (_, asked), end in zip(pieces, typed, ends, strict=True)
        if piece.flat
    ]


def mood(words: Iterable[str], question_mark: bool = False) -> Mood:
    """The mood of one sentence, given as folded words."""
    bare = [kept for word in words if (kept := word.rstrip(_LEFTOVERS))]
    sentence = " " + " ".join(bare)
    if sentence[-1] == sentence[-2:-1] or sentence[-1] in _HELD:
        sentence = _DRAWN_OUT.sub(r"\1", sentence)
    if not _HANGUL.search(sentence):
        return english(sentence + " ", question_mark)
    end = sentence[-LONGEST_END:]
    if _TO_A_FRIEND.match(sentence) and not _POLITE_END.search(end):
        return Mood.TELLS
    if _PLAIN.search(end) and not question_mark and not _WRONG.search(sentence):
        return Mood.PRAISES if _PRAISE.search(sentence) else Mood.TELLS
    praises = _PRAISE.search(sentence) is not None
    if question_mark or _asks(sentence, end, praises=praises):
        return Mood.ASKS
    if praises:
        return Mood.PRAISES
    return Mood.NOTES if _is_short_note(bare, end) else Mood.TELLS


def _asks(sentence: str, end: str, *, praises: bool) -> bool:
    if _ASKING_ENDS.search(end) or _COMMANDS.search(end):
        return True
    if praises:
        return bool(_PLEASE.search(sentence))
    short = sentence.count(" ") <= SHORT_QUESTION
    if _WRONG.search(sentence) or (short and _POLITE_VERBS.search(end)):
        return True
    asking = _ASKING_WORDS.search(sentence) or (_RUN_TOGETHER.search(sentence) and _ASKING_INSIDE.search(sentence))
    if asking and (short or not _TOLD.search(end)):
        return True
    return bool(_WISHES.search(sentence) and not _PAST.search(end))


def _main(words: list[str]) -> int:
    """How many syllables stand before the last clause."""
    background = 0
    length = 0
    for word in words[:-1]:
        length += len(word)
        if _BACKGROUND.search(word):
            background = length
    return background


def _is_short_note(words: list[str], end: str) -> bool:
    if len(words) > SHORT_WORDS or sum(map(len, words)) > SHORT_SYLLABLES:
        return False
    return not _VERB_END.search(end) and not _TOLD.search(end)


def _pieces(typed: str) -> Iterator[tuple[str, bool]]:
    """The sentences as typed, each with whether a question mark ends it."""
    start = 0
    for end in islice(_ENDS.finditer(typed), SENTENCES - 1):
        yield typed[start : end.end()], "?" in end[0] or "？" in end[0]
        start = end.end()
    yield typed[start:], False
