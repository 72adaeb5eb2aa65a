"""The packs for lodgings, classes and made-to-order shops: who answers what, and when nobody does."""

from __future__ import annotations

from functools import cache

import pytest

from autoresponder import packs
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import ALWAYS, MOMENT
from autoresponder.engine.facts import examples
from autoresponder.engine.hours import state
from autoresponder.engine.types import Decision, Incoming, Outcome, Reply, Talk
from autoresponder.engine.variables import fill

# Rule key -> sentences it must answer; "" for those that no rule may answer.
Table = dict[str, list[str]]

STAY: Table = {
    "trouble": [
        "뜨거운 물이 안 나와요",
        "보일러가 안 돌아가는 것 같아요",
        "도어락 비밀번호가 안 맞아요",
        "하수구에서 물이 안 빠져요",
        "옆방에서 너무 떠들어요 조용히 좀 시켜 주세요",
    ],
    "discomfort": ["방이 너무 추워요", "옆방이 시끄러워서 잠을 못 자겠어요", "침대 밑에서 바퀴벌레 나왔어요"],
    "lost": ["충전기를 두고 왔어요", "아까 퇴실했는데 방에 시계 놓고 온 것 같아요"],
    "guest-request": [
        "수건 두 장만 더 주세요",
        "체크인 전에 짐 맡길 수 있나요",
        "현관 비밀번호 알려주세요",
        "근처에 가볼 만한 곳 있나요",
    ],
    "booking-help": ["예약 날짜를 하루 미룰 수 있나요", "예약 잘 됐는지 확인 부탁드려요", "방을 큰 걸로 바꾸고 싶어요"],
    "cancel": ["예약 취소할게요", "사흘 전에 취소하면 위약금 있어요?", "태풍 와서 배가 안 뜨면 어떻게 되나요"],
    "refund": ["취소했는데 환불은 언제 되나요", "돈 언제 돌려받아요?"],
    "payment": ["현금영수증 되나요", "어느 계좌로 입금하면 돼요?", "회사 카드로 결제하고 세금계산서 받을 수 있나요"],
    "pets": ["강아지 데려가도 돼요?", "애견동반 가능한 객실 있나요", "고양이도 같이 묵을 수 있어요?"],
    "facilities": [
        "바베큐 가능한가요",
        "불멍 신청은 어떻게 해요",
        "수영장 물 따뜻해요?",
        "비 와도 고기 구워 먹을 수 있나요",
    ],
    "discount": ["연박 할인 되나요", "평일은 좀 깎아 주시나요?"],
    "extra-people": ["36개월 아기도 요금 내나요", "한 명 추가하면 얼마예요"],
    "food": ["조식 나와요?", "방에서 라면 끓여 먹을 수 있나요", "전자레인지 있어요?"],
    "parking": [
        "차 두 대 가져가도 주차되나요",
        "터미널에서 픽업 되나요",
        "바다까지 걸어서 몇 분이에요?",
        "숙소 주소 좀요",
    ],
    "check-in": [
        "체크인 몇 시예요?",
        "밤 11시 넘어서 도착할 것 같은데 괜찮나요",
        "몇 시까지 방 빼야 해요",
        "레이트 체크아웃 되나요",
    ],
    "rooms": [
        "어른 넷 아이 둘인데 어느 방이 좋아요?",
        "오션뷰 객실은 어떤 거예요",
        "침대 있는 방인가요",
        "최대 몇 명까지 잘 수 있어요",
    ],
    "amenities": ["드라이기 있나요", "와이파이 되나요", "칫솔은 챙겨 가야 하나요?"],
    "dates": ["12일부터 2박이요", "바다 보이는 쪽 방으로 부탁드려요"],
    "price": ["1박에 얼마예요", "주말 요금이 어떻게 돼요"],
    "availability": [
        "이번 주말 빈방 있어요?",
        "예약은 어떻게 하나요",
        "지금 바로 예약하고 싶어요",
        "워크숍으로 통으로 빌릴 수 있나요",
    ],
    "dates-asked": ["다음 주 토요일 가능해요?", "크리스마스에 비었나요?"],
    "person": ["상담원 바꿔 주세요"],
    "hello": ["안녕하세요"],
    "thanks": ["네 감사합니다"],
    "": [
        "방이 깨끗하고 사장님도 친절하셔서 좋았어요",
        "바베큐 맛있게 잘 먹었습니다 또 갈게요",
        "체크인도 빠르고 위치도 최고예요",
        "아이들이 수영장에서 하루 종일 놀았어요 대만족",
        "오늘 날씨 진짜 덥다",
        "어제 친구랑 스파게티 먹었어",
        "바다 보이는 집에서 살고 싶다",
        "가격 대비 훌륭한 숙소예요",
    ],
}

CLASS: Table = {
    "trouble": [
        "줌 입장이 안 돼요",
        "강의 영상이 자꾸 끊겨요",
        "강사님이 안 오시는데 어떻게 된 거죠?",
        "교재를 못 받았어요",
        "상담 때랑 설명이 다른데요?",
    ],
    "trouble-told": ["강의 영상이 자꾸 끊김"],
    "lost": ["교실에 물통을 두고 왔어요"],
    "absence": ["오늘 아이가 아파서 결석할게요", "수업 빠지면 보강 되나요?", "십 분 정도 늦을 것 같아요"],
    "pause": ["한 달만 쉬었다가 다시 다닐 수 있나요", "수강권 양도 되나요?", "남은 횟수 확인 부탁드려요"],
    "class-change": ["화요일 반으로 바꿀 수 있나요", "수업 시간 변경하고 싶어요", "신청 잘 됐는지 확인 부탁드려요"],
    "cancel": ["내일 수업 취소할게요", "이번 달까지만 하고 그만두려고 해요", "자동결제 해지해 주세요"],
    "refund": ["환불 규정 알려주세요", "두 번 나갔는데 남은 수강료 돌려받을 수 있나요"],
    "payment": [
        "카드 할부 되나요",
        "교육비 납입 증명서 받을 수 있을까요",
        "내일배움카드 되나요?",
        "계좌번호 알려 주세요",
    ],
    "discount": ["형제 할인 있어요?", "3개월 한꺼번에 등록하면 깎아 주시나요"],
    "group": ["회사에서 워크숍으로 출강 가능한가요", "생일파티 단체로 하고 싶어요"],
    "trial": [
        "체험 수업 해볼 수 있나요",
        "원데이로 하루만 들어도 돼요?",
        "방문 상담 받고 싶어요",
        "레벨테스트 받아야 하나요",
    ],
    "location": ["학원 어디에 있어요?", "셔틀 운행하나요", "주차할 데 있나요", "몇 번 출구로 나가요?"],
    "materials": ["준비물 뭐예요", "앞치마 가져가야 돼요?", "옷은 뭐 입고 가요", "기타가 없는데 빌려주시나요"],
    "price": ["수강료가 얼마예요", "재료비 따로 있나요?", "한 달에 얼마 내요"],
    "schedule": [
        "시간표 좀 볼 수 있을까요",
        "주말반 있어요?",
        "다음 기수 개강 언제예요",
        "퇴근하고 들을 수 있는 수업 있나요",
    ],
    "level": ["완전 초보인데 괜찮을까요", "몇 살부터 배울 수 있나요", "7살도 할 수 있어요?", "남자도 들을 수 있나요"],
    "content": [
        "커리큘럼이 궁금해요",
        "한 반에 몇 명이에요?",
        "선생님은 어떤 분이세요",
        "일주일에 몇 번 하나요",
        "온라인으로도 하나요",
    ],
    "register": ["등록하고 싶어요", "자리 아직 있나요?", "중간에 들어가도 되나요", "대기 걸어둘 수 있어요?"],
    "hours": ["공휴일에 쉬나요", "상담 몇 시까지 해요?", "학원 방학은 언제예요"],
    "person": ["담당자 연결해 주세요"],
    "hello": ["안녕하세요 문의드려요"],
    "thanks": ["감사합니다~"],
    "": [
        "선생님이 친절하게 알려주셔서 너무 재밌었어요",
        "초보인데도 잘 가르쳐 주셔서 만족합니다",
        "오늘 수업 정말 좋았습니다 다음에 또 갈게요",
        "시간 가는 줄 모르고 만들었어요",
        "학교 숙제 하기 싫다",
        "어제 본 영화 재밌더라",
        "우리 딸이 그린 그림이에요",
        "수강료가 하나도 안 아까웠어요 강추합니다",
    ],
}

HANDMADE: Table = {
    "defect": [
        "받아 보니 깨져 있어요 어떻게 하죠",
        "각인이 잘못 왔는데요?",
        "시안이랑 다른데 확인해 주세요",
        "큐빅이 빠졌어요",
    ],
    "defect-told": ["목걸이가 하루 만에 끊어졌어요"],
    "repair": ["반지 도금 다시 해 주실 수 있나요", "수리도 해 주시나요?", "에이에스 되나요"],
    "order-change": ["각인 문구를 바꾸고 싶어요", "배송지 잘못 적었어요", "주문한 색상 변경 가능할까요"],
    "delivery-fee": ["배송비 얼마예요?", "얼마 이상 사면 무료배송인가요", "교환하면 배송비 누가 내요"],
    "tracking": [
        "제 거 지금 만들고 계신가요?",
        "송장 번호 알려주세요",
        "주문한 지 이 주 됐는데 아직 안 왔어요",
        "제작 들어갔나요",
    ],
    "gift": ["선물 포장 되나요", "메시지 카드도 넣어 주세요", "쇼핑백 같이 주시나요?"],
    "payment": ["계좌이체 되나요", "현금영수증 해 주세요", "입금 확인됐나요"],
    "cancel": ["주문 취소하고 싶어요", "아직 안 만드셨으면 취소되나요"],
    "exchange": ["다른 색으로 교환하고 싶어요", "받았는데 큰 걸로 바꿀 수 있나요"],
    "refund": ["환불 언제 들어와요", "주문 제작도 환불되나요?"],
    "return": ["반품하고 싶어요", "마음에 안 들면 반품할 수 있나요"],
    "lead-time": [
        "만드는 데 며칠 걸려요?",
        "다음 주 금요일까지 받을 수 있나요",
        "급한데 빨리 되나요",
        "오늘 주문하면 언제 와요",
    ],
    "stock": ["품절된 건 다시 안 만드시나요", "이거 검정 색상 있나요?", "재입고 언제예요"],
    "price": ["견적 좀 부탁드려요", "각인 추가하면 얼마예요?", "50개 하면 할인되나요", "답례품 단체 주문 문의드려요"],
    "size": ["반지 몇 호까지 있어요?", "줄 길이 조절되나요", "케이크 1호면 몇 명이 먹어요"],
    "visit": ["공방 어디예요?", "주차 되나요"],
    "reservation": ["직접 찾으러 가도 되나요", "원데이 클래스도 하세요?", "방문 상담 받고 싶어요"],
    "hours": ["몇 시까지 하세요?", "주말에도 하나요", "휴무가 언제예요"],
    "care": ["은인가요 도금인가요", "물에 닿아도 괜찮아요?", "무슨 향이에요", "전자레인지에 돌려도 되나요"],
    "custom": [
        "주문 제작 어떻게 해요?",
        "이름 새겨 주실 수 있나요",
        "사진 보내면 똑같이 만들어 주시나요",
        "시안 먼저 볼 수 있어요?",
        "한글 각인도 되나요",
    ],
    "person": ["사람이랑 얘기하고 싶어요"],
    "hello": ["안녕하세요~"],
    "thanks": ["고맙습니다!"],
    "": [
        "각인 너무 예쁘게 나왔어요 감사해요",
        "포장도 꼼꼼하고 정성이 느껴져요",
        "선물했는데 친구가 정말 좋아했어요",
        "사이즈도 딱 맞고 마음에 들어요",
        "향이 은은해서 매일 켜 둬요",
        "나도 언젠가 도자기를 빚고 싶다",
        "오늘 저녁 뭐 먹지",
        "남자친구랑 커플로 맞췄어요",
    ],
}

TABLES = {"stay": STAY, "class": CLASS, "handmade": HANDMADE}


@cache
def compiled(pack: str) -> Compiled:
    return compile_book(load(packs.document(pack)))


def decision(pack: str, text: str) -> Decision:
    return decide(compiled(pack), ALWAYS, Talk(), Incoming("", "", text), now=MOMENT, values=examples())


def sentences() -> list[tuple[str, str, str]]:
    return [(pack, key, text) for pack, table in TABLES.items() for key, texts in table.items() for text in texts]


def replies(pack: str) -> list[Reply]:
    book = compiled(pack).book
    return [book.away.reply, book.fallback.reply, *(reply for rule in book.rules for reply in rule.replies)]


def buttons() -> list[tuple[str, str]]:
    said = {(pack, button.say or button.label) for pack in TABLES for it in replies(pack) for button in it.buttons}
    return sorted(said)


@pytest.mark.parametrize(("pack", "key", "text"), sentences())
def test_the_right_rule_answers(pack: str, key: str, text: str) -> None:
    found = decision(pack, text)
    assert "".join(found.rules[:1]) == key, found.trace


@pytest.mark.parametrize(("pack", "text"), buttons())
def test_every_button_leads_to_an_answer(pack: str, text: str) -> None:
    assert decision(pack, text).outcome in (Outcome.ANSWERED, Outcome.HANDED_OFF)


@pytest.mark.parametrize("pack", TABLES)
def test_every_rule_is_reached(pack: str) -> None:
    assert {rule.key for rule in compiled(pack).rules} - TABLES[pack].keys() <= {"angry"}


@pytest.mark.parametrize("pack", TABLES)
def test_a_pack_is_short_enough_to_read(pack: str) -> None:
    assert 12 <= len(compiled(pack).rules) <= 25


@pytest.mark.parametrize("pack", TABLES)
def test_a_shop_that_filled_in_nothing_yet_is_never_silent_for_that(pack: str) -> None:
    said = [fill(reply.text, ALWAYS, state(ALWAYS, MOMENT), now=MOMENT, values={}) for reply in replies(pack)]
    assert all(said)
    assert not [text for text in said if "{" in text or "(" in text.replace("(상품", "")]
