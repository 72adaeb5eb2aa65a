"""What an English sentence wants: the English half of mood.py.

English says at the beginning of a sentence that it asks or orders; a wish or trouble may come later. Lists are read in
that order, so `could you …, great shop` asks and `great shop, no trouble at all` praises.
"""

from __future__ import annotations

import re

from autoresponder.engine.types import Mood


def _any_of(phrases: str) -> str:
    """Phrases set apart by commas as a regular expression. Blanks stand for blanks: can t is how can't is folded."""
    return "(?:" + "|".join(" ".join(phrase.split()) for phrase in phrases.split(",")) + ")"


# hi, could you …; and also, where …
_LEAD = (
    "^ (?:"
    + _any_of("""
    hi, hii, hello, hey, hiya, dear, sir, madam, ok, okay, so, and, but, also, well, oh, um, uh, hmm, sorry,
    sincere apologies, excuse me, good (?:morning|afternoon|evening|day), yes, no, yeah, yep, now, then, just, btw,
    quick question, guys, there, team, again, otherwise, thanks, thank you, kindly, actually, anyway, perhaps, maybe,
    because, if not, if so, if possible, question, great
    """)
    + " ){0,5}"
)
_OPENINGS = re.compile(
    _LEAD
    + _any_of(r"""
    how(?! (?:nice|lovely|beautiful|kind|sweet|cute|cool|wonderful|great|amazing|pretty) ), hows, whats, whens, wheres,
    whos, what(?! (?:an?|i (?:ordered|got|wanted|expected|love|like)) ), where(?! (?:i|we) ), which, who, whose, why,
    when(?! (?:i|we|he|she|they|it|you|my \w+) (?!can |could |should |will |do |am )),
    can(?! t (?:wait|stop|sleep|thank|believe|complain|fault|recommend|say enough|get enough|imagine|live)), could,
    may, shall, should, does, is, are, am i, any, anyone, anybody, anything,
    do (?:you|u|ya|yall|i|we|they|the|your|these), do (?:those|any|people|refunds|returns|orders),
    don t (?:you|u|i) (?:have|do|offer|sell|ship|accept|need to), doesn t (?:it|this|the) \w+,
    did (?:you|u|i|my|the|it|they|we|someone|anyone), isn t (?:it|this|that|there|the|my),
    aren t (?:you|these|there|they), was (?:my|the|it|there|this|that|i), were (?:my|the|there|these|you),
    has (?:my|the|it|there|this|that|anyone|anybody|someone), have (?:you|u|i|my|they|we),
    will (?:you|u|it|i|we|my|the|this|that|there|they|these|he|she|an?|your),
    would (?:you|u|it|i|we|my|the|this|that|there|they|an?), won t (?:it|you|my|the|this), please, pls, plz, help,
    assist, assistance, tell (?:me|us), give (?:me|us), show (?:me|us), send (?:me|us|my), get me, let me, let s,
    let us, put me through, transfer me, connect me, call me, ring me, want, wanna, need, needing, looking for,
    trying to, try to, wondering, wish to, would like, d like, interested in, enquiring, inquiring, asking, calling,
    unable to, cannot, not able to, no idea, having, question, questions, information, info
    """)
    + " "
)
_WISHES = re.compile(
    " (?:(?:i|we|id|im|ive|ill) "
    + "(?:"
    + _any_of("would, d, just, really, do, m, am, are, ll, will, still, also, only, very much, have, ve, badly")
    + " ){0,4}"
    + _any_of("""
    need, want, wanna, like to, like an?, like the, wish, have to, has to, got to, gotta, looking, trying, try, wonder,
    wondering, interested in, calling, call, must, require, expect, expecting, demand, request, requesting, hoping to,
    hope to, love to, prefer, rather, planning, waiting, booked to
    """)
    + "|"
    + _any_of(r"""
    (?:i|we) (?:don t|dont|do not|didn t|did not) (?:know|understand|see|have|want|order|need (?:it|them|the)),
    (?:i|we) (?:can t|cant|cannot|couldn t)(?! (?:wait|stop|sleep|believe|fault|recommend|live|return to|help) ),
    (?:i m|i am|im|we re|we are) going to (?:cancel|return|exchange|need|send|order|come|be late),
    i (?:have|ve) (?:got )?an? (?:existing )?(?:table|room|reservation|booking|appointment|question|problem|issue),
    have a question, got a question, not sure, can we, which (?:size|colour|color|one),
    will (?:the|my|this|they|i|it|you), is the \w+ (?:ok|okay|available|in stock|right),
    is it (?:ok|okay|possible|too|still), does it, does this, do they, are they, let me know, tell me, any chance,
    want (?:to|a|my|the), needs to be, (?:help|assistance) \w+ing, please, can you, could you, can i, could i, may i,
    how do i, how can i, how to, do you, when will, when can, what should, what do, where can, is there, are there,
    is it possible, would it be, should i, do i, supposed to, help me, help with, need help, want help, what happens,
    you (?:should|must|need to|have to), would you, won t you, as soon as possible, asap
    """)
    + ") "
)
# What a shop is told to do, at the beginning: cancel order 5. A noun that looks the same goes on: refund came in a day.
_ORDERS = re.compile(
    _LEAD
    + _any_of(r"""
    cancel, track, trace, check, refund, return, exchange, swap, see, find, locate, look up, look into, list, view,
    download, print, reserve, unreserve, book, rebook, reschedule, confirm, make, schedule, change, update, edit,
    modify, correct, amend, stop, delete, remove, add, pay, contact, speak, talk, chat, report, inform, notify, file,
    lodge, submit, open, close, annul, forget, alter, mail me, email me, get rid of, create, register, sign, reset,
    recover, retrieve, restore, switch, upgrade, set, enter, reimburse, rebate, obtain, request, apply, ask, ship,
    deliver, send, hold, put, move, replace, wrap, do not, dont, don t (?!hesitate|think|worry|miss|regret|be), leave,
    explain, verify, subscribe, unsubscribe, get (?!two|it|one|yours|both)\w+
    """)
    + " (?!came|went|was|is|were|took|arrived|worked|in a day|day|now and)"
)
# tracking my parcel, getting invoices
_DOING = re.compile(
    _LEAD
    + "(?!waiting|being|having|going|feeling|loving|thinking)[a-z]{3,12}ing "
    + _any_of("""
    an?, my, the, our, new, some, order, orders, purchase, invoices?, bills?, for, to, with, of, account, person
    """)
    + " "
)
_PRAISE = re.compile(
    " "
    + _any_of("""
    lightweight, love, loved, loves, loving, adore, adores, great, perfect, perfectly, excellent, amazing, amazed,
    awesome, happy, happier, pleased, thanks, thank, beautiful, beautifully, fast, speedy, quick, quickly, good, nice,
    nicely, lovely, recommend, recommended, satisfied, wonderful, best, better, fantastic, delighted, gorgeous,
    impressed, brilliant, superb, stunning, incredible, flawless, divine, heavenly, comfy, comfortable, soft, cosy,
    cozy, bargain, steal, pleasantly, exceeded, worth, kind, friendly, helpful, polite, painless, smooth, smoothly,
    easy, simple, exactly (?:like|as|what), just right, spot on, true to size,
    well (?:done|made|packed|packaged|worth), stars, never disappointed, not disappointed, can t fault, cant fault,
    compliments, lucky, glad, grateful, favourite, favorite, obsessed, buy again, order again, be back, see you again,
    without (?:any )?(?:problems?|issues?|trouble),
    no (?:problems?|issues|complaints|regrets|trouble|bother|fuss|hassle), on time, days? early, earlier than,
    with care, touch, delicious, tasty, yummy, fresh, warm, cute, pretty, sturdy, solid, thoughtful, special, fault,
    looks new, in love, wow, yay, bravo, kudos, wants his own
    """)
    + " "
)
# Something is wrong: a shop is told so to be of help. What he or she has lost is another matter.
_WRONG = re.compile(
    "^(?! (?:he|she|mum|mom|dad|grandma|grandpa|my (?:boss|sister|brother|friend|teacher)) ).* "
    + _any_of(r"""
    not (?:working|arrived|received|here|showing|appeared|appearing|delivered|shipped|functioning|getting|got|been),
    not come,
    not (?:turned|what i|as described|the one|helpful|heard|accepted), hasn t, hasnt, haven t, havent, hadn t, isn t,
    isnt, aren t, arent, doesn t, doesnt, won t, wont, wouldn t (?:accept|work|open|load|let),
    never (?:arrived|came|received|got|showed|worked|shipped|ordered), (?:has|have|had|is|are|was|do|does|did) not,
    didn t (?:get|receive|arrive|come|work|order|fit|show|ship|answer), you (?:aren t|are not|re not),
    (?:can t|cannot|couldn t) (?:find|see|open|get|pay|select|choose|pick), there (?:s|is|was) no, there isn t,
    but (?:there|no|not|nobody|nothing|still),
    still (?:waiting|not|no|haven|hasn|pending|processing|nothing|says|stuck), no sign,
    nothing (?:shows|in|on|happens|goes|has|came|arrived|yet|about), heard nothing,
    no (?:reply|answer|response|movement|receipt|invoice|email|confirmation|updates?|news|package|parcel|instructions),
    no tracking (?:number|info|information|updates?|yet|link), (?:don t|doesn t|do not|does not) have my,
    (?:been|for|after|over) (?:\w+ )?(?:days|weeks|a week|a month|ages|forever), days ago, weeks ago,
    since (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|last),
    you (?:took|forgot|sent|charged|promised|never|didn t|haven t|have not|still|gave me|delivered|mixed|left out),
    less than i, only (?:got|received|sent|one|two|three), sent (?:me )?only, but (?:i )?(?:ordered|got|received),
    came (?:without|in pieces|apart|loose|undone), coming (?:undone|apart|off|loose), turned my, turns (?:itself )?off,
    arrived (?:without|in|open|with a|wet|dirty), in (?:pieces|bits), leaks, smells (?:of|like|bad|weird|funny), noise,
    snapped, burst, holes?, flickers?, stopped, blank, freezes, froze, frozen, crashe[sd], hangs, invalid, unavailable,
    sold out, out of stock, has to (?:come|arrive|be), nowhere, missing, broken, broke, cracked, chipped, damaged,
    faulty, defective, torn, ripped, leaking, leaked, crushed, smashed, shattered, stained, stain, shrunk, shrank,
    rotten, mouldy, moldy, expired, scratched, dented, fell apart, came off, out of order, dead, stuck, dirty, wrong,
    mistake, accident, accidentally, errors?, problems?, issues?, trouble, failed, failing, fails, lost, declined,
    keeps (?:failing|saying|telling|asking|freezing|crashing|getting|rejecting|declining|showing|on), rejected,
    refused, late, delayed, overdue, charged (?:me )?twice, double charged, overcharged, someone else s,
    somebody else s, unacceptable, ridiculous, too (?:big|small|tight|large|long|short|loose), changed my mind,
    no longer, anymore, any more, instead
    """)
    + " "
)
# Nobody is asked: how is this even possible; why didn't I order sooner.
_RHETORICAL = re.compile(
    " "
    + _any_of("""
    how (?:is|are|can|does|do|did) .+(?: so| even possible| this (?:fast|good|cheap|quick|nice|pretty)), how do they,
    why didn t i, why did i (?:not|wait|ever), what took me, did you know, who (?:ordered|does|needs|knew|cares|else),
    who doesn t, isn t life, do (?:people|humans|men|women|they) ever
    """)
    + " "
)
# A few words that tell: somebody did something, or something was.
_TOLD = re.compile(
    " "
    + _any_of("""
    is, are, was, were, am, s, m, re, had, has, got, gets, said, says, made, makes, make, went, came, took, told, paid,
    won, lost, miss, misses, missed, hurts, passed, dreamed, scares?, feel, feels, feeling, did, does, cried, laughed,
    thinks, wants, loves, hates, hate, everyone, everybody, he, she, they, we, him, her, them, me, lol, haha, us, our,
    his, their, self, you, i
    """)
    + " "
)
SHORT_ENGLISH = 5


def english(sentence: str, question_mark: bool) -> Mood:
    """The mood of a folded sentence that begins and ends with a blank."""
    praises = _PRAISE.search(sentence) is not None
    if _RHETORICAL.search(sentence):
        return Mood.PRAISES if praises else Mood.TELLS
    if question_mark or any(cue.search(sentence) for cue in (_OPENINGS, _WISHES, _ORDERS, _DOING)):
        return Mood.ASKS
    if praises:
        return Mood.PRAISES
    if _WRONG.search(sentence):
        return Mood.ASKS
    short = sentence.count(" ") <= SHORT_ENGLISH + 1
    return Mood.NOTES if short and not _TOLD.search(sentence) else Mood.TELLS
