"""The text of an HTML mail, without what was quoted from an earlier one.

A few dozen lines in place of html.parser: its tolerance for broken markup takes quadratic time (CVE-2025-6069), and a
stranger writes these. Everything here reads each character once.
"""

from __future__ import annotations

import re
from html import unescape

_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>|<[!?/][^<>]*+>|[^<]++|<")
_ATTRIBUTES = 500
_BLANKS = re.compile(r"\s+")
_LINE = {"br", "p", "div", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section"}
_UNSEEN = {"script", "style", "head", "title", "template"}
# Where mail programs put the mail that is answered: Gmail, Yahoo, Outlook, Thunderbird, Apple and Daum (blockquote).
_QUOTED = re.compile(
    r"""\b(?:class|id)\s*=\s*["']?[^"'>]*?"""
    r"\b(?:gmail_quote(?:_container)?|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|replyQuote)\b"
)
# From here on everything is the earlier mail.
_END = re.compile(r"""\bid\s*=\s*["']?(?:\w*divRplyFwdMsg|\w*appendonsend|\w*replySplit)\b""")


def text_of(html: str) -> str:
    """Lines of text; blanks inside a line are one."""
    pieces: list[str] = []
    hidden, depth = "", 0
    for token in _TOKEN.finditer(_without_comments(html)):
        closing, name, attributes = token[1], (token[2] or "").lower(), (token[3] or "")[:_ATTRIBUTES]
        if hidden:
            depth += (name == hidden) * (-1 if closing else 1)
            hidden = hidden if depth else ""
        elif name and not closing and _END.search(attributes):
            break
        elif name and not closing and not attributes.endswith("/") and _hides(name, attributes):
            hidden, depth = name, 1
            pieces.append("\n")
        elif name in _LINE:
            pieces.append("\n")
        elif not name and (token[0] == "<" or token[0][0] != "<"):
            pieces.append(_BLANKS.sub(" ", unescape(token[0])))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in "".join(pieces).split("\n"))


def _hides(name: str, attributes: str) -> bool:
    return name in _UNSEEN or name == "blockquote" or bool(_QUOTED.search(attributes))


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])
