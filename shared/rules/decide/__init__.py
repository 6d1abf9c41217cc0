"""What a pack's rules say of a case: who is responsible, by when, who is told, and why.

Reads top down: `situation` (a case as rules see it), `book` (a pack's rules compiled), `answers` (what they
answer), `parties` and `addresses` (who is meant), `timing` (from limits to working time), `wording` (texts to
people), `explain` and `outcome` (trying a report out). Pure: no store, no clock, no people.
"""

from shared.rules.decide.addresses import address, key_of
from shared.rules.decide.answers import Decision, Hiding, Told, Unroutable, Verdicts
from shared.rules.decide.book import Book, Books
from shared.rules.decide.explain import Explanation, explain
from shared.rules.decide.hiding import viewers
from shared.rules.decide.outcome import ClockAhead, NoticeAhead, Outcome, decide, decided
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.decide.report import to_json
from shared.rules.decide.situation import Situation, all_facts
from shared.rules.decide.timing import calendar_of, local_day, start_of, time_readings
from shared.rules.decide.wording import placeholders, render

__all__ = [
    "Book",
    "Books",
    "ClockAhead",
    "Decision",
    "Explanation",
    "Hiding",
    "NoticeAhead",
    "Outcome",
    "Recipient",
    "Situation",
    "Told",
    "Unroutable",
    "Verdicts",
    "address",
    "all_facts",
    "calendar_of",
    "decide",
    "decided",
    "explain",
    "key_of",
    "local_day",
    "placeholders",
    "render",
    "resolve_parties",
    "start_of",
    "time_readings",
    "to_json",
    "viewers",
]
