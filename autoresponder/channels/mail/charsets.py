"""Bytes of a mail as text. Korean mail says EUC-KR and means CP949, whose 8,822 further syllables EUC-KR cannot hold.

Done here and not in Python's table of codec names: other parts of the product read real EUC-KR by that table.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header

# Measured: Python's euc-kr turns "뷁똠방 문의", labelled ks_c_5601-1987, into other letters without an error.
_CP949 = {"euckr", "ksc56011987", "ksc5601", "ksc56011989", "korean", "ksx1001", "isoir149", "cp949", "ms949", "uhc"}
# A label is a stranger's word, and some of Python's codecs are no character sets (punycode, unicode_escape, idna).
_KNOWN = re.compile(
    r"(us-)?ascii|utf-?8|utf-?7|utf-?16(le|be)?|utf-?32(le|be)?|iso-?8859-?\d{1,2}|latin-?1|(windows|cp)-?(125\d|874)"
    r"|iso-2022-(kr|jp)|johab|gb2312|gbk|gb18030|big5|shift[_-]jis|euc-jp|koi8-[ru]"
)
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
# Characters of a header: the library takes its time with many encoded words.
_LONGEST = 20_000
# What one of the databases cannot hold, and what nobody can read.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decoded(data: bytes, label: str | None) -> str:
    """Never fails; what cannot be read becomes U+FFFD. Without a (sane) label: UTF-8, else CP949."""
    name = (label or "").strip().strip("\"'").lower()
    if re.sub(r"[^a-z0-9]", "", name) in _CP949:
        return clean(data.decode("cp949", "replace"))
    if name and name not in ("ascii", "us-ascii") and _KNOWN.fullmatch(name):
        try:
            return clean(data.decode(name, "replace"))
        except (LookupError, UnicodeError):
            pass
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(data.decode("cp949", "replace"))


def header(raw: str) -> str:
    """A header's value as a person reads it: unfolded, encoded words and bare 8-bit bytes decoded."""
    text = _FOLD.sub("", raw[:_LONGEST]).strip()
    # The email package passes bare bytes on as lone surrogates.
    if not text.isascii():
        text = decoded(text.encode("utf-8", "surrogateescape"), None)
    if _ENCODED.search(text):
        try:
            # Neighbours of one charset come joined, so that a syllable torn between two encoded words is whole again.
            pieces = decode_header(text)
        except (HeaderParseError, ValueError):
            return clean(text)
        text = "".join(piece if isinstance(piece, str) else _piece(piece, label) for piece, label in pieces)
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    return _UNFIT.sub("", text)


def _piece(piece: bytes, label: str | None) -> str:
    # Text between encoded words comes as bytes in Python's own escape for what is not Latin-1.
    return decoded(piece, label) if label else clean(piece.decode("raw-unicode-escape", "replace"))
