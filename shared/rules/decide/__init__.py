"""What a pack's rules say of a case: who is responsible, by when, who is told, and why.

Reads top down: `compiled` (a pack's rules compiled) on `tables` (one section of them) on `parts` (those of one folder)
on `slots` (nouns as templates name them), `answers` (what they answer), `parties` (who is meant), `hiding` (who may see
it), `waiting` (from when a step may be taken), `where` and `propose` (a place from a point, a category from words),
`wording` (texts to people), `explain`, `outcome` and `report` (trying a report out). A case as rules see it is
`shared.rules.case`. Pure: no store, no clock, no people.
"""

from shared.rules.case.addresses import address, key_of
from shared.rules.case.situation import Situation, all_facts
from shared.rules.case.timing import calendar_of, local_day, start_of, time_readings
from shared.rules.decide.answers import ApplicableLimits, ApplicableNotices, Decision, Hiding, Unroutable
from shared.rules.decide.compiled import CompiledRules, CompiledRulesCache
from shared.rules.decide.explain import Explanation, explain
from shared.rules.decide.hiding import viewers
from shared.rules.decide.outcome import ClockAhead, NoticeAhead, Outcome, decide, decided
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.decide.report import to_json
from shared.rules.decide.wording import placeholders, render

__all__ = [
    "ApplicableLimits",
    "ApplicableNotices",
    "ClockAhead",
    "CompiledRules",
    "CompiledRulesCache",
    "Decision",
    "Explanation",
    "Hiding",
    "NoticeAhead",
    "Outcome",
    "Recipient",
    "Situation",
    "Unroutable",
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
