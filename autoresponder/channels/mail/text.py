"""The words of a mail that the rules shall see."""

from __future__ import annotations

import re

from autoresponder.channels import fit
from autoresponder.channels.mail.html import text_of
from autoresponder.channels.mail.letter import Letter
from autoresponder.channels.mail.quotes import own_words

# UTF-16 units; a longer mail is read by its beginning.
LONGEST = 10_000
LONGEST_SUBJECT = 200
_PREFIX = re.compile(r"(?:(re|답장|회신|aw|sv)|fwd?|전달|auto|자동 ?응답)\s*(?:\[\d+\])?\s*[:：]\s*", re.IGNORECASE)


def words(letter: Letter) -> str:
    """Subject and body; of an answer only the body, for its subject is that of the mail it answers."""
    body, subject = own_body(letter), bare_subject(letter.subject)
    text = body if body and is_answer(letter) else "\n".join(filter(None, [subject, body]))
    return fit.cut(text, LONGEST)


def own_body(letter: Letter) -> str:
    """What the writer typed, as plain text; "" for a mail of quotes or pictures alone."""
    if plain := letter.body("text/plain"):
        return own_words(plain)
    return own_words(text_of(letter.body("text/html")))


def is_answer(letter: Letter) -> bool:
    """Whether it answers another mail."""
    prefix = _PREFIX.match(letter.subject)
    return bool(letter.ids("in-reply-to", "references")) or bool(prefix and prefix[1])


def bare_subject(subject: str) -> str:
    """Without the "Re:" and "Fwd:" that mail programs put in front, however many."""
    while prefix := _PREFIX.match(subject):
        subject = subject[prefix.end() :]
    return fit.cut(subject.strip(), LONGEST_SUBJECT)
