"""A town's answer to a case, with what it could not make use of.

Decides which of the case's words a town knows, and which rules count where only some of its policies are asked
for. What a town does not know is noted, never refused: the towns have words of their own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridcase.compare.facts_file import CaseFacts
from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text
from shared.rules.decide import CompiledRulesCache, Outcome, Situation, decide
from shared.rules.decide.propose import Proposal, propose
from shared.rules.language.vocabulary import YES_NO
from shared.rules.logic.facts import FactError, Kind, typed
from shared.rules.pack.model import Origin, Pack

_TRUTHS = {YES_NO.chinese["yes"]: True, YES_NO.chinese["no"]: False}


@dataclass(frozen=True, slots=True)
class TownAnswer:
    """What a town makes of the case.

    Args:
        name: the town as it was asked for, perhaps with policies.
        proposal: the category that the text speaks for, where none was given.
        notes: what the town does not know, or has no rule for.
    """

    name: str
    pack: Pack
    outcome: Outcome
    proposal: Proposal | None
    notes: tuple[Text, ...]


def resting_on(pack: Pack, policies: Collection[str]) -> Pack:
    """Return the pack with those of its rules alone that rest on one of the policies."""

    def rest(because: tuple[str, ...]) -> bool:
        return any(clause.partition(".")[0] in policies for clause in because)

    def rests(origin: Origin) -> bool:
        return rest(origin.because)

    return replace(
        pack,
        # An edition of its own: compiled rules are kept by edition, and those of the whole pack must not be taken.
        edition=content_hash([pack.edition, *sorted(policies)]),
        routing=tuple(rule for rule in pack.routing if rests(rule.origin)),
        limits=tuple(limit for limit in pack.limits if rests(limit.origin)),
        tell=tuple(notice for notice in pack.tell if rests(notice.origin)),
        telling=pack.telling if pack.telling and rest(pack.telling.because) else None,
    )


def answer(name: str, pack: Pack, given: CaseFacts, at: datetime, compiled: CompiledRulesCache) -> TownAnswer:
    """Return what a town's rules make of a case that is reported and accepted at `at`."""
    proposal = propose(pack, given.text) if given.category is None and given.text else None
    known, unknown = _known_facts(pack, given.facts)
    situation = Situation(
        category=_category(given, proposal),
        channel=given.channel
        if given.channel and given.channel in pack.channels
        else next(iter(pack.channels), ""),
        place=given.place if given.place in pack.places else None,
        facts=known,
    )
    outcome = decide(pack, compiled, situation, at)
    notes = (*_names(pack, given, proposal), *unknown, *_gaps(outcome))
    return TownAnswer(name, pack, outcome, proposal, notes)


def _category(given: CaseFacts, proposal: Proposal | None) -> str:
    if given.category is not None:
        return given.category
    return proposal.category if proposal else ""


def _names(pack: Pack, given: CaseFacts, proposal: Proposal | None) -> Iterator[Text]:
    if given.category is None and proposal is None:
        yield Text("内容没有对应任何类别的关键词", "the text matches no category's keywords")
    if given.category is not None and given.category not in pack.categories:
        yield Text(f"没有类别 {given.category}", f"no category {given.category}")
    if given.place is not None and given.place not in pack.places:
        yield Text(f"没有地点 {given.place}", f"no place {given.place}")
    if given.channel is not None and given.channel not in pack.channels:
        yield Text(f"没有渠道 {given.channel}", f"no channel {given.channel}")


def _known_facts(pack: Pack, facts: Mapping[str, Any]) -> tuple[dict[str, Any], list[Text]]:
    known: dict[str, Any] = {}
    notes: list[Text] = []
    for name, value in facts.items():
        fact = pack.facts.get(name)
        if fact is None or fact.source == "platform":
            notes.append(Text(f"没有事实 {name}", f"no fact {name}"))
            continue
        is_truth = fact.type.kind is Kind.BOOL and isinstance(value, str)
        try:
            known[name] = typed(fact.type, _TRUTHS.get(value, value) if is_truth else value)
        except FactError as wrong:
            notes.append(wrong.cause)
    return known, notes


def _gaps(outcome: Outcome) -> Iterator[Text]:
    if outcome.decision.fallback:
        yield Text("没有规则分派，由兜底单位办理", "no rule routes it; the fallback unit has it")
    if not outcome.agreed:
        yield Text("两个求值器结果不一致", "the two evaluators differ")
