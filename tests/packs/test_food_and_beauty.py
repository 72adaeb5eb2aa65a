"""The packs for restaurants and for hair, nails and massage: who answers what, and when nobody does."""

from __future__ import annotations

from functools import cache

import pytest

from autoresponder import packs
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import ALWAYS, MOMENT
from autoresponder.engine.facts import BY_NAME, examples
from autoresponder.engine.hours import state
from autoresponder.engine.types import Decision, Incoming, Outcome, Reply, Talk
from autoresponder.engine.variables import fill

# Rule key -> sentences it must answer; "" for those that no rule may answer.
Table = dict[str, list[str]]

FOOD: Table = {
    "food-problem": [
        "음식이 다 식어서 왔어요",
        "국에서 비닐이 나왔어요",
        "치킨이 덜 익은 것 같은데요",
        "먹고 배탈 났어요",
        "주문한 거랑 다른 메뉴가 왔어요",
        "2인분 시켰는데 1인분만 왔어요",
    ],
    "missing-item": ["콜라 안 왔어요", "젓가락이 없는데요", "만두 하나가 빠졌네요", "소스가 안 들어있어요"],
    "refund": ["환불해 주세요", "그만큼 돈 돌려주시나요", "취소했는데 돈은 언제 들어와요"],
    "cancel": ["주문 취소하고 싶어요", "실수로 두 번 시켰어요 어떡하죠", "방금 시킨 거 안 먹을래요"],
    "order-note": ["덜 맵게 해주세요", "젓가락 빼주세요", "문 앞에 놔주세요", "주소를 잘못 적었어요 바꿔주세요"],
    "late": ["주문한 지 한 시간 됐는데 아직이네요", "예상 시간 훨씬 지났는데 왜 안 오죠", "아직 출발 안 했나요?"],
    "tracking": ["기사님 지금 어디쯤이세요?", "주문 잘 들어갔나요", "배달 완료라고 뜨는데 아무것도 없어요"],
    "delivery-fee": [
        "배달팁 있나요",
        "배달비 왜 이렇게 비싸요",
        "얼마 이상 시켜야 배달돼요",
        "한 그릇도 배달해 주시나요",
    ],
    "discount": ["포장 할인 있어요?", "리뷰 쓰면 서비스 주나요", "쿠폰 쓸 수 있나요?"],
    "payment": ["만나서 카드 결제 되나요", "지역화폐 받으세요?", "현금영수증 해주세요"],
    "hours": ["몇시까지함", "지금 주문 되나요?", "새벽에도 배달하나요", "일요일 휴무인가요", "설날에도 여나요"],
    "reservation": [
        "내일 7시에 4명 자리 있나요",
        "회식하려고 하는데 스무 명 들어갈 수 있나요",
        "주말 저녁에 웨이팅 길어요?",
        "6명 예약 가능할까요?",
    ],
    "visit": ["아기 의자 있나요", "강아지 같이 가도 되나요?", "혼자 가서 먹어도 괜찮아요?"],
    "location": ["가게 앞에 주차할 데 있어요?", "지하철역에서 가까워요?", "주소 좀 찍어주세요"],
    "pickup": ["포장은 몇 분 걸려요", "20분 뒤에 픽업하러 가면 되나요"],
    "stock": ["갈비탕 품절인가요?", "족발 아직 남았어요?", "콩국수 언제부터 나와요?"],
    "taste": [
        "이거 많이 매운가요?",
        "대자는 몇 명이서 먹어요?",
        "고기는 국내산인가요",
        "새우 알레르기 있는데 먹을 수 있는 거 있나요",
        "전자레인지에 그대로 데워도 돼요?",
    ],
    "price": ["김치찌개 가격 얼마예요", "면 추가 얼마", "1인당 얼마 정도 생각하면 될까요"],
    "delivery-time": [
        "지금 시키면 30분 안에 와요?",
        "언제와",
        "12시 반까지 회사로 갖다 주실 수 있어요?",
        "저희 동네도 배달되나요",
    ],
    "menu": ["메뉴 뭐 있어요?", "추천 메뉴 알려주세요", "술도 팔아요?", "반찬은 뭐뭐 나와요?"],
    "menu-any": ["떡만두국 있나요?", "소고기무국도 있을까요"],
    "person": ["상담원 연결해주세요"],
    "angry": ["진짜 뭐하는 거예요 장난해요?"],
    "hello": ["안녕하세요"],
    "thanks": ["넵 감사해요~"],
    "": [
        "배달 빠르고 음식도 따뜻하게 왔어요",
        "하나도 안 불고 쫄깃했어요",
        "리뷰 이벤트 음료도 주셔서 감사히 잘 먹었습니다",
        "아이가 안 매워서 잘 먹었어요",
        "예약하고 갔더니 자리도 좋은 데로 주셨어요",
        "친구가 배달 알바 시작했대",
        "어제 회식이 취소돼서 집에 일찍 왔어",
        "점심 뭐 먹지 고민된다",
        "비가 쏟아지네",
        "레시피 알려주실 수 있나요",
        "알바 구하나요?",
    ],
}

BEAUTY: Table = {
    "owner": ["원장님 바꿔주세요", "실장님 연결해 주세요"],
    "trouble": [
        "펌이 다 풀렸어요",
        "염색이 얼룩덜룩하게 됐어요",
        "왁싱하고 두드러기가 올라왔어요",
        "양쪽 길이가 달라요",
        "다시 손봐주실 수 있나요 마음에 안 들어요",
    ],
    "trouble-part": [
        "네일이 하루만에 떨어졌어요",
        "어제 염색했는데 색이 달라요",
        "마사지 받고 나서 허리가 더 아파요",
    ],
    "refund": ["회원권 환불 가능한가요?", "정액권 중도 해지하고 싶어요"],
    "cancel-policy": ["취소는 언제까지 해야 되나요?", "노쇼하면 예약금 못 돌려받나요", "취소 수수료 있나요"],
    "cancel": ["예약 취소해 주세요", "몸이 아파서 못 갈 것 같아요ㅠㅠ"],
    "change": ["4시 예약인데 5시로 바꿀 수 있을까요?", "예약 시간 변경하고 싶어요", "다음주 화욜로 미뤄주세요"],
    "running-late": ["10분 정도 늦을 것 같아요", "오늘 못 가게 됐어요"],
    "booked": ["제 예약이 몇 시였죠?", "예약 확인 부탁드려요", "회원권 몇 번 남았어요?"],
    "health": ["임신 중인데 마사지 받아도 되나요?", "탈색한 머리인데 펌 되나요", "초등학생도 파마 되나요"],
    "companion": ["아이 데리고 가도 되나요", "어제 우산 놓고 간 것 같아요"],
    "payment": ["예약금 어디로 보내요", "카드 결제 되나요?", "네이버페이로 결제할 수 있어요?"],
    "discount": ["처음 가면 할인 되나요?", "5회권 끊으면 더 싸요?", "학생인데 할인해주나욤"],
    "duration": ["펌하는 데 몇 시간 걸려요?", "젤네일 얼마나 가요?", "피부관리 몇 번 받아야 효과 있어요?"],
    "aftercare": ["염색하고 언제부터 머리 감아도 돼요?", "왁싱하고 바로 수영장 가도 되나요", "화장하고 가도 되나요?"],
    "hours": ["월요일 쉬나요", "마지막 타임이 몇 시예요", "주말에도 하나요?", "수욜 쉬는 거 맞나용"],
    "location": ["주차장 있나요", "무슨 역에서 내려요?", "몇 층이에요 건물 앞인데 안 보여요"],
    "price": ["커트 얼마예요?", "긴머리 추가요금 있어요?", "뿌리염색 가격 알려주세요", "가격표 있으면 보내주세요"],
    "slot": [
        "내일 3시에 커트 가능할까요",
        "이번 주 토요일 오후에 자리 있나요?",
        "금요일 7시 네일 예약할게요",
        "토요일 펌 되나여",
    ],
    "booking": [
        "예약하고 싶어요",
        "예약 없이 방문해도 되나요?",
        "제일 빠른 시간이 언제예요?",
        "여자 관리사분으로 해주실 수 있나요",
        "엄마랑 둘이 같이 받을 수 있어요?",
    ],
    "style": [
        "저한테 어울리는 머리 추천해 주세요",
        "남자도 네일 받을 수 있나요?",
        "속눈썹 펌이랑 연장이랑 차이가 뭐예요",
        "발톱도 해주시나요",
    ],
    "person": ["상담원이랑 통화하고 싶어요"],
    "angry": ["진짜 뭐하는 거예요 장난해요?"],
    "hello": ["안녕하세요 문의 좀 드릴게요"],
    "thanks": ["친절한 답변 감사합니다"],
    "": [
        "펌 너무 예쁘게 나왔어요 감사합니다",
        "네일 한 달이 지나도 안 떨어져요 최고",
        "가격도 착하고 시술도 안 아팠어요",
        "취소했는데도 친절하게 응대해 주셨어요",
        "마사지 받고 어깨가 시원해졌어요",
        "단발로 자를까 말까 일주일째 고민 중이야",
        "어제 병원 예약했는데 까먹었어",
        "오늘 머리가 너무 아프다",
        "오늘 시험 망했어",
        "마감이 코앞이라 밤새야 해",
        "자격증 따려면 어디서 배워야 돼요",
        "직원 채용하시나요?",
    ],
}

TABLES = {"food-delivery": FOOD, "beauty-reservation": BEAUTY}


@cache
def compiled(pack: str) -> Compiled:
    return compile_book(load(packs.document(pack)))


def decision(pack: str, text: str) -> Decision:
    return decide(compiled(pack), ALWAYS, Talk(), Incoming("", "", text), now=MOMENT, values=examples())


def sentences() -> list[tuple[str, str, str]]:
    return [(pack, key, text) for pack, table in TABLES.items() for key, texts in table.items() for text in texts]


def replies(pack: str) -> list[Reply]:
    book = compiled(pack).book
    texts = [book.away.reply, book.fallback.reply, book.hand_off.open, book.hand_off.closed]
    return [*texts, *(reply for rule in book.rules for reply in rule.replies)]


def buttons() -> list[tuple[str, str]]:
    return sorted({(pack, button.text) for pack in TABLES for reply in replies(pack) for button in reply.buttons})


@pytest.mark.parametrize(("pack", "key", "text"), sentences())
def test_the_right_rule_answers(pack: str, key: str, text: str) -> None:
    found = decision(pack, text)
    assert "".join(found.rules[:1]) == key, found.trace


@pytest.mark.parametrize(("pack", "text"), buttons())
def test_every_button_leads_to_an_answer(pack: str, text: str) -> None:
    assert decision(pack, text).outcome in (Outcome.ANSWERED, Outcome.HANDED_OFF)


@pytest.mark.parametrize("pack", TABLES)
def test_every_rule_has_its_sentences(pack: str) -> None:
    assert {rule.key for rule in compiled(pack).rules} == TABLES[pack].keys() - {""}


@pytest.mark.parametrize("pack", TABLES)
def test_a_pack_is_short_enough_to_read(pack: str) -> None:
    assert 12 <= len(compiled(pack).rules) <= 25


@pytest.mark.parametrize("pack", TABLES)
def test_a_shop_that_filled_in_nothing_yet_still_answers(pack: str) -> None:
    said = [fill(reply.text, ALWAYS, state(ALWAYS, MOMENT), now=MOMENT, values={}) for reply in replies(pack)]
    assert all(said)
    assert not [text for text in said if any("{" + name in text for name in BY_NAME)]


@pytest.mark.parametrize("pack", TABLES)
def test_an_answer_states_no_number_of_its_own(pack: str) -> None:
    assert not [reply.text for reply in replies(pack) if any(character.isdigit() for character in reply.text)]
