"""A pack's tables tried out in a process of their own, on the cases of its own scenarios.

Decides whether an edition may be loaded by services: what hangs, kills or splits the evaluators shows here first.
"""

from collections.abc import Iterator, Mapping, Sequence

from shared.rules.decide.situation import Situation, all_facts
from shared.rules.decide.tables import Ruled, declarations, in_slots, slotted
from shared.rules.logic.canary import Trial, try_out
from shared.rules.logic.durable import available
from shared.rules.logic.facts import Value
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.errors import PackError
from shared.rules.pack.model import Pack
from shared.rules.pack.scenarios import load_scenarios


def try_pack(pack: Pack, files: Mapping[str, str]) -> Sequence[PackError]:
    """Return what the trial found against a pack; nothing, where durable-rules is not installed either.

    Every category without more facts, and every scenario's case, is decided at every level by every table.
    """
    if not available():
        return []
    samples = list(_samples(pack, files))
    sections = (("routing", pack.routing), ("limits", pack.limits), ("tell", pack.tell))
    result = try_out(_trial(name, rules, pack, samples) for name, rules in sections if rules)
    if result.ok:
        return []
    spot = f"{pack.town}/pack.yaml"
    return [PackError(result.code, spot, 1, 1, None, result.cause, result.remedy)]


def _trial(name: str, rules: Sequence[Ruled], pack: Pack, samples: Sequence[Mapping[str, Value]]) -> Trial:
    rows, slots = slotted(rules, pack)
    tested = {fact for row in rows for fact in tested_facts(row.when)}
    declared = {fact: type_ for fact, type_ in declarations(pack).items() if fact in tested}
    shown = [in_slots({fact: facts[fact] for fact in facts if fact in tested}, slots) for facts in samples]
    return Trial(name, rows, declared, shown)


def _samples(pack: Pack, files: Mapping[str, str]) -> Iterator[Mapping[str, Value]]:
    channel = next(iter(pack.channels), "")
    for situation in _situations(pack, files, channel):
        for level in (None, *pack.levels):
            yield {**all_facts(pack, situation), **({"level": level} if level else {})}


def _situations(pack: Pack, files: Mapping[str, str], channel: str) -> Iterator[Situation]:
    for category in pack.categories:
        yield Situation(category, channel, None, {})
    for scenario in load_scenarios(files, pack.town):
        case = scenario.case
        yield Situation(str(case.category), case.channel or channel, case.place, case.facts)
