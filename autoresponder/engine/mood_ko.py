"""What a Korean sentence wants: the Korean half of mood.py.

Korean says at the end of a sentence whether it asks or tells; a wish, trouble or praise may stand anywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autoresponder.engine.keys import with_tail
from autoresponder.engine.types import Mood

# In the lists below ㄴ, ㄹ, ㅂ and ㅆ (a past stem, so not 겠) stand for any syllable that ends so, 요 for its chat
# spellings, and _ for a blank that may be left out.
_SIGNS = {
    "요": "[요욤용여염욥효유융오예]",
    "ㄴ": with_tail("ㄴ"),
    "ㄹ": with_tail("ㄹ"),
    "ㅂ": with_tail("ㅂ"),
    "ㅆ": with_tail("ㅆ").replace("겠", ""),
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


# Talking to somebody else: 너 생일 선물 뭐 받고 싶어?
_TO_A_FRIEND = re.compile(
    " "
    + one_of("너 넌 너는 나는 니 네가 니가 야 엄마 아빠 자기야 여보 오빠 언니 누나 형 얘들아 애들아 다들 우리 울")
    + " "
)
_POLITE_END = re.compile(one_of("요 다 까 시오 죠 소") + "$")
# A plain statement, to oneself or to everybody: 바꾸고 싶다.
_PLAIN = re.compile("(?<!니)다$")

# Asking: by a word, or by the end of the sentence.
_ASKING_WORDS = re.compile(
    " "
    + one_of("""
    언제(?!나|든) 은제 어디 어딨 어딧 얼마(?!안|전|든|만큼|_안|_전|_뒤|_후) 몇(?!_번을) 며칠 어떻 어떡 어케 어캐 어찌
    뭐(?!랄|든|$|_급한) 뭔 뭘 무슨 무엇 무얼 모[예에이] 왜 어느 누구 누가 어떤 어때 혹시 혹쉬
    """)
)
# Without blanks only the plainest of them are safe to find inside a word.
_RUN_TOGETHER = re.compile("[^ ]{7}")
_ASKING_INSIDE = re.compile(
    one_of("언제(?!나|든) 어디 얼마(?!안|전|든|만큼|뒤|후) 며칠 어떻게 어떡 무슨 어느 몇시 왜안 왜이")
)
_ASKING_ENDS = re.compile(
    one_of("""
    나요(?<!차이나.)(?<!생각나.)(?<!빛나.)(?<!티나.) 까요 가요 지요 ㄴ지요 는지 은지 을지 ㄹ지 런지 ㅂ니까 ㄴ가요?
    [는은던]가 ㄹ까 ㄹ래요? [가-힣]니 [있없되하오가주맞]냐 려나 [되돼하있없오가주맞받]나 [되하맞있]죠 데요 됨 가능
    가능해요? 있음 어때요? 하면_돼 하면_되 이요 해도_돼요? 해도_되요? [는한은인된온]_거[예에]요 건가 어딘가 수_있음
    [나까지]_해서요? [는능은한]교 니[꺼껴] [는한은]_?겨 (?:언제|얼마|어디|뭐)임 몇_?[가-힣]?임
    """)
    + "$"
)
# Without a question mark 오늘 열어요 may be told or asked; said to a shop in a few words, it asks.
_POLITE_VERBS = re.compile(
    one_of("""
    세요 하고_[가-힣]어요 열어요 닫아요 쉬어요 하세요 파세요 팔아요 받아요 들어와요 나와요 걸려요 오세요 가요 와요
    보여요 되시요 계세요 하시요 나가요 통해요 해요 되요 돼요 수_있어요? 수_없어요? 있어요? 없어요? 없음 없네요?
    없습니다 없던데 없는데 없구요 없고요
    """)
    + "$"
)
# Advice and good wishes: 한 치수 업하세요, 천천히 하세요.
_GOOD_WISHES = re.compile(
    one_of("""
    많이_파세요 [마사가보]세요 업_?하세요 [구주][매문]하세요 고르세요 시키세요 입으세요 수고하세요 힘내세요 조심하세요
    [히엄]_하세요
    """)
    + "$"
)
# Wanting something. Told as past, it is told: 교환하고 싶었어요.
_WISHES = re.compile(
    one_of("""
    주세 줘 주라 주실_수 주실_래 주실까 주실지 주십 주시[나면겠길] 주시는 주면_안 주셨으면 주길 주소 주이소 달라
    부탁(?<!잘부탁)(?<!잘.부탁) 바랍 바래요 바람$ 원해 원합 원하고 싶(?!네|다) [고구]_싶네 시퍼 시픈 시프 십어 십은
    할래(?<!안할래)(?<!안.할래) ㄹ래 하려(?!_?했|다가|_다가) 려고(?!_하면|_?했) 려는 려구 라고요 모르겠
    (?:취소|반품|교환|환불|신청|주문|예약|구매|문의|철회|해지)하겠습니다 문의요 문의드 문의_드[리려립] 문의합 문의해
    문의_좀 문의$ 신청[하은는을]?_(?:해|하|방법|어|언) 요청$ 요청드 요청합 요청해
    접수_?(?:해|하|되|돼|됐|가능|방법|부탁|좀|어) 접수$ 알려 알고_싶 궁금 필요(?!해_보|없|_없) 급해 급함 급합
    급한(?!_건_아|_거_아) 도와 방법 여부 빨리_좀 좀요$ 서요$ 거든요$ 거_같아요$ 것_같아요$ 왔는데요?$ 왔거든요?$
    """)
)
# Something is wrong: a shop is told so to be of help.
_WRONG = re.compile(
    one_of("""
    안_되 안_돼 안_됐 안_됩 안됨 안_받(?!으시고|아도|을) 안_왔 안_와 안_옴 안_오 못_받 못_하고 안_들어[와왔온오]
    안_나와 안_떠 안_보[여이] 안_뜨 안_열 안_켜 안_닫 안_눌 안_붙 안_빠 안_움 안_먹[혀어히네] 빠졌 빠진_게 빠진_거
    빠져_있 누락 잘못 에러 오류 불량(?!_?인_줄|_?아니|_?없) 고장 망가 찢 깨져 깨졌 깨진_게 깨진_거 새요$ 찌그러 금_가
    금이_가 모자라 작아서 커서_못 안_맞 늦어(?!도) 늦네 늦게_[와왔오] 늦습 지연 밀려 아직 소식 없어졌 사라졌 엉뚱
    다른_?(?:게|거|것|걸|색|색상|색깔|사이즈|상품|제품|물건|옷)[이가]?_[왔온] 달라요 터졌 터져 썩 상했 상한 젖어 젖은
    벌레 머리카락 곰팡이 안_시원 안_잠 안_들[려리] 안_계 끊어졌 끊어져 끊겨 끊겼 틀렸 틀리게 갈라졌 금_갔 까졌 물러서
    물렀 물러졌 무른 뭉개 으깨 떨어짐 깨짐 고장남 튕 망쳤 뻑뻑 [가지리]질_않 말씀이_없 연락이_없 연락도_없 답이_없
    소식이_없 아무것도_없 [일주달]째(?:_?(?:안|그대로|멈|아무|소식|연락|답|못|같은|배송|준비|예요|인데|임|네)|$)
    지_일주일임 지나도록 추워요 시끄러워요 미지근 황당 떨어져 떨어졌 [아어여져]서_왔 상해서_왔 벗겨 부러졌 부러져 휘어
    두_짝 한쪽만 하나만_왔 개만_왔 벌만_왔 짝이 줄었 줄어들었 묻어 굳어 녹아 녹았 식었 샜 없다네 두고_가
    [두놓]고_[왔온갔] [두놓]고_나[왔온]
    """)
)
# Wanted whatever comes after it: 바꾸고 싶은데 벌써 왔어요.
_STILL_WISHED = re.compile(one_of("[고구]_싶은데 [고구]_싶어서 려는데 려고_하는데"))
# Grumbles of a review, and what a customer leaves to the shop: nobody waits for an answer.
_NO_QUESTION = re.compile(
    one_of("""
    개선 아쉬 아쉽 단점 버그 별점 때가_있 적이_없 적_없 좋을_?듯 좋을_것_같 좋을_거_같 셔도_(?:되|돼|상관|괜찮)
    시면_(?:되|돼|됩) 그냥_(?:씁|쓰려|쓰기|쓸|입어|입으|입을|입기|먹) 이해합니다 이해해요
    """)
)
# What is promised to a shop it has to do something about; 다음에 신청할게요 is none of that.
_PROMISES = re.compile(
    one_of("취소 반품 교환 환불 예약 신청 등록 변경 문의")
    + "[을를도좀만 ]{0,2}(?:할[게께]|드릴[게께]|하께)|"
    + one_of("옮길 미룰 당길 그만둘 바꿀")
    + "[게께]"
)
_LATER = re.compile(one_of("다음_?기회 다음번에 다음에 담에 나중에 고민 생각해_보"))
_PLEASE = re.compile(
    one_of("""
    주세요 줘요?$ 부탁 문의요 문의드[려립] 문의합 문의$ 궁금 알려_주 바랍니다 주실_수 주시나 주실까 주실래 줄_수_있
    면_감사 면_고맙
    """)
)
_COMMANDS = re.compile(
    one_of("취소 확인 예약 변경 신청 반품 교환 환불 조회 검색 안내 연결 접수 수정 발송 추가 삭제")
    + one_of("해 해라 하렴 하자 합니다 할게 해봐 요 해요 바람 부탁 점 좀 이요 해죠 해조 하고파")
    + "$"
)
# A happy review.
_PRAISE = re.compile(
    one_of("""
    좋아요 좋아서 좋네 좋았 좋습니다 좋고 좋은 좋다 좋음 조아 만족 최고 예뻐 이뻐 예쁘 이쁘 예쁜 이쁜 예쁨 이쁨 예쁩
    이쁩 굿(?!즈) 빨라 빠르고 빠르네 빠름 빨랐 빨리_(?:왔|와서|와줘|배송|도착했(?!으)|받았|받아서) 빠른_배송 감사 고마
    맛있 맛나 잘_쓰 잘_쓸 잘_받 잘_입 잘_신 잘_먹 잘_맞 잘_도착 잘_어울 잘_왔 잘_와 잘해_[주줬] 딱_맞 딱이 맘에_들
    마음에_들 맘에_듭 마음에_듭 재구매 또_구매 또_주문 또_시[켜킬] 또_[살사올가] 단골 강추 추천합니다 추천해요 추천드
    추천이 대박 친절 상냥 꼼꼼 튼튼 귀여 귀엽 가성비 착하(?<!도착하) 착한(?<!도착한) 훌륭 탁월 짱
    별_[하두세네반둘셋넷한다] 별점 든든 기대_이상 편해 편하(?<!남편하) 편합 편안 감동 흡족 깔끔 푸짐 싱싱 신선 부드러
    포근 따뜻 촉촉 번창 착해요 좋아하 성공 시원하 시원해 넓고 쉽고 걱정_없 걱정_마 걱정했는데 알아서 챙겨_주[시셔]
    해_주[셨셔시]네?요?$ 보람 흠잡 편한(?<!남편한) 쓸_?만[해하한] 먹을_?만 볼_?만[해하한] 신세계 미쳤다
    한번도_한_적_없 귀여움 맛있음 주셨어요 주셔서 하나_없이 없이_잘 실화 난리 대란 만점 괜찮았 괜찮네 값을_하 끄떡없
    부담_없 안_답답 후회_없 후회_안 후회하지 인생템 쏙_들 쏙_맞 잘_돼 잘_되 참고하세요 얼른_주문 망설 잘_쓸게 낙낙
    무난 실용적 유용 재방문 또_방문 뷰가 감사했 대만족 쵝오 쩔어 개꿀 굳굳 뿌듯 기분_좋 마음_놓 무사히 완벽 상쾌 고급
    정성 인생
    """)
)
# The end of a sentence that tells.
_TOLD = re.compile(
    one_of("""
    ㅆ다 더라 더라고요? 더라구요? ㄴ대 래 ㄴ다 는다 다죠 야죠 답니다 습니다 ㅂ니다 네요? 군요? 구나 구먼 잖아요? 음
    야지 야겠다 ㄹ거야 거야 ㄹ게 듯 중 지만 ㅆ어요? ㅆ지 ㅆ는데 ㅆ음 ㅆ네 ㅆ고 이야 이다
    """)
    + "$"
)
_PAST = re.compile(one_of("ㅆ다 ㅆ어요? ㅆ습니다 ㅆ네요? ㅆ음 ㅆ지 ㅆ는데 ㅆ더니 ㅆ지만") + "$")
_VERB_END = re.compile("[다요어아해네지고서면데음임죠까군싸커작많적크야]$")
# A noun made polite: 사이즈요, 도서산간 배송료요.
_NAMED = re.compile("(.*[^여와워게래거나가돼되세든구라써려켜져봐내파퍼사주])요$")
NAMED_WORDS = 3
# What stands in a list of endings is no longer.
LONGEST_END = 16
# How long a note and a question without its mark may be.
SHORT_WORDS, SHORT_SYLLABLES = 4, 14
SHORT_QUESTION = 6


def korean(sentence: str, words: Sequence[str], question_mark: bool) -> Mood:
    """The mood of a folded sentence that begins with a blank; `words` are its words."""
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
    return Mood.NOTES if _is_short_note(words, end) else Mood.TELLS


def _asks(sentence: str, end: str, *, praises: bool) -> bool:
    if _ASKING_ENDS.search(end) or _COMMANDS.search(end):
        return True
    if praises:
        return bool(_PLEASE.search(sentence))
    if _NO_QUESTION.search(sentence):
        return False
    short = sentence.count(" ") <= SHORT_QUESTION
    if _WRONG.search(sentence) or (short and _POLITE_VERBS.search(end) and not _GOOD_WISHES.search(end)):
        return True
    asking = _ASKING_WORDS.search(sentence) or (_RUN_TOGETHER.search(sentence) and _ASKING_INSIDE.search(sentence))
    if asking and (short or not _TOLD.search(end)):
        return True
    wanted = _WISHES.search(sentence) or (_PROMISES.search(sentence) and not _LATER.search(sentence))
    return bool((wanted and not _PAST.search(end)) or _STILL_WISHED.search(sentence))


def _is_short_note(words: Sequence[str], end: str) -> bool:
    if len(words) <= NAMED_WORDS and (named := _NAMED.match(end)):
        end = named[1]
    if len(words) > SHORT_WORDS or sum(map(len, words)) > SHORT_SYLLABLES:
        return False
    return not _VERB_END.search(end) and not _TOLD.search(end)
