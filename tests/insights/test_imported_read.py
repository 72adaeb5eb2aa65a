"""Files from elsewhere: each form of a saved chat, sheets, plain lines, and files that mean harm. All invented."""

from __future__ import annotations

import tracemalloc
from datetime import date, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autoresponder.insights.imported import read as reading
from autoresponder.insights.imported.keep import Said, masked, sentences
from autoresponder.insights.imported.read import Found, Source, read, shops_name, speakers
from autoresponder.insights.imported.table import Columns
from autoresponder.insights.imported.when import moment
from autoresponder.insights.unreadable import Unreadable

SEOUL = ZoneInfo("Asia/Seoul")
SHOP = "오후의 서랍"
AT = "2026-11-25T15:12:00+09:00"

WINDOWS = """홍길동 님과 카카오톡 대화
저장한 날짜 : 2026-11-26 10:00:00

--------------- 2026년 11월 25일 수요일 ---------------
[홍길동] [오후 3:12] 배송비 얼마예요?
[오후의 서랍] [오후 3:15] 3,000원이에요.
[홍길동] [오후 3:16] 사진
"""
ANDROID = """2026년 11월 25일 수요일

2026년 11월 25일 오후 3:12, 홍길동 : 배송비 얼마예요?
2026년 11월 25일 오후 3:15, 오후의 서랍 : 3,000원이에요.
2026년 11월 25일 오후 3:16, 홍길동님이 나갔습니다.
"""
IPHONE = """Talk_2026.11.26 10:00-1.txt
저장한 날짜 : 2026. 11. 26. 오전 10:00



2026년 11월 25일 수요일
2026. 11. 25. 오후 3:12, 홍길동 : 배송비 얼마예요?
2026. 11. 25. 15:15, 오후의 서랍 : 3,000원이에요.
2026. 11. 25. 15:16: 홍길동님이 나갔습니다.
"""
OLDER = """2026년 11월 25일 수요일
오후 3:12, 홍길동 : 배송비 얼마예요?
오후 3:15, 오후의 서랍 : 3,000원이에요.
"""
ENGLISH = """KakaoTalk Chats with 홍길동
Date Saved : 2026-11-26 10:00:00

--------------- Wednesday, November 25, 2026 ---------------
[홍길동] [3:12 PM] 배송비 얼마예요?
[오후의 서랍] [3:15 PM] 3,000원이에요.
"""
ENGLISH_PHONE = """November 25, 2026 at 3:12 PM, 홍길동 : 배송비 얼마예요?
November 25, 2026 at 3:15 PM, 오후의 서랍 : 3,000원이에요.
"""
MAC = """Date,User,Message
2026-11-25 15:12:00,"홍길동","배송비 얼마예요?"
2026-11-25 15:15:00,오후의 서랍,"3,000원이에요."
"""
CHATS = {
    **{"windows": WINDOWS, "android": ANDROID, "iphone": IPHONE, "older": OLDER},
    **{"english": ENGLISH, "english phone": ENGLISH_PHONE, "mac": MAC},
}
SHEET = (
    "상품명,문의유형,문의내용,답변내용,문의일,작성자\n컵,배송,언제 와요?,내일 도착해요.,2026.11.24.,abc***\n"
    '컵,상품,"색이\n뭐예요?",,모름,def***\n컵,배송,보냈나요,,2026.11.25.,abc***\n'
)


def found_in(*texts: str | bytes, columns: Columns | None = None) -> Found:
    data = [text if isinstance(text, bytes) else text.encode() for text in texts]
    return read([Source(f"{number}.txt", one) for number, one in enumerate(data)], zone=SEOUL, columns=columns)


def said_in(found: Found, shop: str = "") -> list[Said]:
    return sentences(found, shop or (shops_name(found, SHOP) if found.has_speakers else "")).said


class TestChats:
    @pytest.mark.parametrize("form", CHATS)
    def test_every_form_says_the_same(self, form: str) -> None:
        found = found_in(CHATS[form])

        assert said_in(found) == [Said(1, AT, "배송비 얼마예요?", "3,000원이에요.")]
        assert dict(speakers(found)).keys() == {"홍길동", SHOP}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_in_whichever_encoding_and_line_ends(self, encoding: str, ends: str) -> None:
        data = WINDOWS.replace("\n", ends).encode(encoding)

        assert said_in(found_in(data)) == [Said(1, AT, "배송비 얼마예요?", "3,000원이에요.")]

    def test_a_message_goes_on_over_lines_and_days_begin_anew(self) -> None:
        text = WINDOWS + (
            "[홍길동] [오후 11:59] 주소는\n\n서울이고요\n"
            "--------------- 2026년 11월 26일 목요일 ---------------\n[홍길동] [오전 12:05] 잘 부탁해요\n"
        )

        assert [(one.at[5:16], one.text) for one in said_in(found_in(text))[1:]] == [
            ("11-25T23:59", "주소는\n\n서울이고요"),
            ("11-26T00:05", "잘 부탁해요"),
        ]

    def test_a_name_may_have_brackets_and_a_text_colons(self) -> None:
        text = (
            "--------------- 2026년 11월 25일 수요일 ---------------\n"
            "[[단골] 길동] [오후 3:12] 문의 : [급함] 배송 : 언제예요\n"
        )
        (line,) = found_in(text).lines

        assert (line.who, line.text) == ("[단골] 길동", "문의 : [급함] 배송 : 언제예요")

    def test_several_answers_are_one_and_pictures_are_none(self) -> None:
        text = WINDOWS.replace(
            "[홍길동] [오후 3:16] 사진", f"[{SHOP}] [오후 3:16] 사진\n[{SHOP}] [오후 3:17] 또 있으세요?"
        )

        assert said_in(found_in(text))[0].answer == "3,000원이에요.\n또 있으세요?"

    def test_the_same_name_in_two_files_is_two_customers(self) -> None:
        assert [one.customer for one in said_in(found_in(WINDOWS, ANDROID, SHEET), SHOP)] == [1, 2, 3, 4, 3]


class TestWhoIsTheShop:
    def test_the_one_the_chat_is_not_with(self) -> None:
        begun_by_shop = WINDOWS.replace("[홍길동]", "[x]").replace(f"[{SHOP}]", "[홍길동]").replace("[x]", f"[{SHOP}]")

        assert shops_name(found_in(begun_by_shop), "다른 이름") == SHOP

    def test_the_one_in_most_chats(self) -> None:
        other = ANDROID.replace("홍길동", "임꺽정")
        begun_by_shop = ANDROID.replace("홍길동", "x").replace(SHOP, "홍길동").replace("x", SHOP)
        assert shops_name(found_in(begun_by_shop, other), "다른 이름") == SHOP

    def test_the_one_called_like_it_or_else_who_answers(self) -> None:
        assert shops_name(found_in(ANDROID), "홍길동") == "홍길동"
        assert shops_name(found_in(ANDROID), "다른 이름") == SHOP

    def test_whoever_is_chosen_is_the_shop_and_nobody_may_be(self) -> None:
        found = found_in(ANDROID)
        assert [one.text for one in sentences(found, "홍길동").said] == ["3,000원이에요."]
        assert [one.customer for one in sentences(found, "").said] == [1, 2]


class TestSheets:
    def test_columns_are_known_by_their_headings(self) -> None:
        found = found_in(SHEET)

        assert said_in(found) == [
            Said(1, "2026-11-24", "언제 와요?", "내일 도착해요."),
            Said(2, "", "색이\n뭐예요?", ""),
            Said(1, "2026-11-25", "보냈나요", ""),
        ]
        assert (found.undated, found.has_speakers) == (1, False)
        assert found.look and found.look.sure

    @pytest.mark.parametrize("delimiter", ["\t", ";"])
    def test_headings_under_a_title_with_another_delimiter(self, delimiter: str) -> None:
        text = "문의 현황\n\n번호,Question,Created At\n1,반품 되나요?,2026/11/25 (수) 15:12\n".replace(",", delimiter)

        assert said_in(found_in(text)) == [Said(1, AT, "반품 되나요?", "")]

    def test_without_headings_it_is_a_guess_that_the_owner_puts_right(self) -> None:
        text = "2026-11-25 15:12,길동,반품 되나요 궁금해요,네\n2026-11-25 15:13,길동,교환은 안 되나요 그럼,네\n"
        guessed = found_in(text)
        assert guessed.look and not guessed.look.sure
        assert (guessed.look.columns.text, guessed.look.columns.at) == (2, 0)

        chosen = found_in(text, columns=Columns(2, at=0, who=1, answer=3))

        assert [(one.customer, one.answer) for one in said_in(chosen)] == [(1, "네"), (1, "네")]

    def test_a_column_that_is_not_there_has_nothing(self) -> None:
        assert said_in(found_in(SHEET, columns=Columns(99, at=98))) == []

    def test_a_formula_is_only_text(self) -> None:
        text = '문의내용\n"=HYPERLINK(""http://example.com"")"\n@SUM(1)\n'

        assert [one.text for one in said_in(found_in(text))] == ['=HYPERLINK("http://example.com")', "@SUM(1)"]


class TestPlainLines:
    def test_each_line_is_a_sentence_of_another_customer(self) -> None:
        text = "안녕하세요, 배송비 얼마예요?\n\n네, 감사합니다\n반품 되나요"

        assert [(one.customer, one.text) for one in said_in(found_in(text))] == [
            (1, "안녕하세요, 배송비 얼마예요?"),
            (2, "네, 감사합니다"),
            (3, "반품 되나요"),
        ]


class TestPersonalData:
    @pytest.mark.parametrize(
        "written",
        [
            *("010-1234-5678", "01012345678", "010 1234 5678", "+82 10-1234-5678", "02-345-6789", "031) 345-6789"),
            *("gil.dong+1@mail.example.co.kr", "900101-1234567", "1234-5678-9012-3456"),
        ],
    )
    def test_numbers_and_addresses_are_hidden(self, written: str) -> None:
        assert written[-4:] not in masked(f"제 연락처는 {written}예요", "", "손님 1")

    @pytest.mark.parametrize("written", ["2026112512345", "5만 원", "12-345", "3시 10분", "1588-1234"])
    def test_what_is_nobodys_stays(self, written: str) -> None:
        assert masked(f"주문 {written} 문의", "", "손님 1") == f"주문 {written} 문의"

    def test_names_become_numbers_and_words_stay_words(self) -> None:
        assert masked("홍길동님, 홍길동 고객님", "홍길동", "손님 7") == "손님 7, 손님 7"
        assert masked(r"가\1나님", r"가\1나", "손님 7") == "손님 7"
        assert masked("하늘색 있어요?", "하늘", "손님 7") == "하늘색 있어요?"

    def test_an_answer_is_fit_for_any_customer(self) -> None:
        text = WINDOWS.replace("3,000원이에요.", "홍길동님, 3,000원이에요.")

        assert said_in(found_in(text))[0].answer == "고객님, 3,000원이에요."


class TestMoments:
    @pytest.mark.parametrize(
        ("written", "at"),
        [
            ("2026. 11. 25. 오전 12:05", datetime(2026, 11, 25, 0, 5, tzinfo=SEOUL)),
            ("2026년 11월 25일 오후 12:05", datetime(2026, 11, 25, 12, 5, tzinfo=SEOUL)),
            ("2026/11/25 (수) 15:12:30", datetime(2026, 11, 25, 15, 12, 30, tzinfo=SEOUL)),
            ("2026-11-25T06:12:00Z", datetime(2026, 11, 25, 15, 12, tzinfo=SEOUL)),
            ("Nov 25, 2026 at 3:12\u202fPM", datetime(2026, 11, 25, 15, 12, tzinfo=SEOUL)),
            ("2026-11-25", date(2026, 11, 25)),
            *(
                (wrong, None)
                for wrong in ("내일", "2026-13-01", "2026-02-30", "1999-01-01", "0001-01-01T00:00:00Z", "")
            ),
            *((wrong, None) for wrong in ("2026-11-25 25:00", "2026-11-25T", "Foo 25, 2026", "9" * 500)),
        ],
    )
    def test_as_messengers_and_sheets_write_them(self, written: str, at: date | datetime | None) -> None:
        assert moment(written, SEOUL) == at


def refused(*texts: str | bytes) -> Unreadable:
    with pytest.raises(Unreadable) as raised:
        found_in(*texts)
    return raised.value


class TestHostile:
    def test_what_is_no_text(self) -> None:
        assert refused(WINDOWS, b"PK\xff\xfe\x00").params == {"file": "1.txt"}
        assert refused("배송\0비".encode()).code == "not_text"

    def test_a_quotation_mark_without_its_other_half_names_its_line(self) -> None:
        error = refused('문의내용,답변\n배송 언제 와요,네\n"반품 되나요,네\n교환 되나요,네\n')

        assert (error.code, error.params["line"]) == ("broken", 3)

    def test_a_line_without_an_end(self) -> None:
        error = refused("안녕\n" + "말" * 200_001)

        assert (error.code, error.params["line"]) == ("long_line", 2)

    def test_a_million_columns(self) -> None:
        assert refused("," * 1_000_000).code == "long_line"
        assert said_in(found_in("문의내용" + ",x" * 50_000 + "\n배송\n"))[0].text == "배송"

    def test_a_file_that_is_too_big_and_one_with_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_BYTES", 100)
        monkeypatch.setattr(reading, "MOST_LINES", 5)

        assert refused("가" * 34).code == "too_big"
        assert refused("가\n" * 6).code == "too_many"
        assert refused("문의내용\n" + "가\n" * 8).code == "too_many"

    def test_more_lines_than_anybody_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_WRITTEN", 20)
        assert said_in(found_in(WINDOWS))
        assert refused(WINDOWS + "\n\r" * 8).code == "too_many"

        monkeypatch.setattr(reading, "MOST_LINES", 2)
        assert refused(WINDOWS).code == "too_many"

    def test_more_sentences_than_are_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("autoresponder.insights.imported.keep.MOST", 2)
        with pytest.raises(Unreadable) as raised:
            said_in(found_in("가나\n다라\n마바"))
        assert raised.value.code == "too_many"

    @pytest.mark.parametrize(
        "line", ["[" * 50_000, "[가] [오후 3:1" * 5_000, "2026. 1. 1. " * 5_000, "2026년" + " : ," * 9_000]
    )
    def test_lines_made_to_be_slow(self, line: str) -> None:
        began = perf_counter()
        found_in(WINDOWS + f"{line}\n" * 20)

        assert perf_counter() - began < 1

    def test_a_large_file_takes_little_room(self) -> None:
        text = "[홍길동] [오후 3:12] 배송비 얼마예요?\n" * 20_000
        tracemalloc.start()
        found_in(WINDOWS + text)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert most < 60 * len(text)


PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\r",
            ",",
            "\t",
            ";",
            '"',
            " : ",
            "[",
            "] ",
            "오후 3:12",
            "24:99",
            "2026년 11월 25일",
            "0000. 0. 0. ",
            "---------------",
        ),
        *(
            "Date,User,Message",
            "문의내용",
            "홍길동",
            "배송비",
            "님이 나갔습니다.",
            "\0",
            "\ufeff",
            "\x85",
            "٣",
            "²",
            "\u202f",
            "T",
            "Z",
            "-",
        ),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp949"])
)
@example("--------------- 9999년 12월 31일 ---------------\n[가] [오후 3:12] 말", "utf-8")
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    _read_or_refuse(text.encode(encoding, errors="replace"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _read_or_refuse(data)


def _read_or_refuse(data: bytes) -> None:
    try:
        found = found_in(data)
    except Unreadable as error:
        assert error.code in {"not_text", "broken", "long_line", "damaged", "no_workbook"}
        return
    for one in sentences(found, shops_name(found, SHOP)).said:
        assert one.text and len(one.text) <= 2_000
        assert one.moment is None or one.moment.tzinfo
