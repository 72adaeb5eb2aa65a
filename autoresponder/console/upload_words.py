"""Why a file of sentences cannot be used, in a seller's words. What each page says itself: how much it takes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

UNREADABLE = {
    "not_text": gettext_lazy("읽을 수 없는 파일이에요. 엑셀 파일(.xlsx)이나 글로 된 파일(csv, txt)을 올려 주세요."),
    "broken": gettext_lazy("{line}번째 줄부터 읽을 수 없어요. 짝이 없는 큰따옴표가 있는지 봐 주세요."),
    "encrypted": gettext_lazy("암호가 걸린 엑셀 파일은 열 수 없어요. 암호를 풀고 저장해 주세요."),
    "old_excel": gettext_lazy("옛 엑셀 파일(.xls)과 .xlsb 파일은 열 수 없어요. 엑셀에서 .xlsx로 저장해 주세요."),
    "no_workbook": gettext_lazy("엑셀 파일이 아니에요. 압축한 파일이라면 풀어서 그 안의 파일을 올려 주세요."),
    "damaged": gettext_lazy("엑셀 파일이 온전하지 않아요. 엑셀에서 열어 다시 저장한 뒤 올려 주세요."),
    "no_rows": gettext_lazy("엑셀 파일에 적힌 내용이 없어요. 다른 파일을 골라 주세요."),
    "too_large": gettext_lazy("엑셀 파일에 담긴 내용이 너무 많아요. 필요한 칸만 남기거나 나누어서 올려 주세요."),
}
# What a file field offers to choose from.
ACCEPT = ".xlsx,.csv,.txt,.tsv,text/csv,text/plain"
