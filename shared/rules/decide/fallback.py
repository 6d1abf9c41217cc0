"""What happens to a case that no rule decides: the pack's fallback owner gets it, visibly."""

from shared.kernel.texts import Text
from shared.rules.case.addresses import address
from shared.rules.case.situation import Situation, departments_of
from shared.rules.decide.answers import Decision
from shared.rules.logic.terms import ALWAYS
from shared.rules.pack.model import Acceptance, Origin, Pack, Spot

RULE = "fallback"
_TITLE = Text("没有规则管的事项由兜底单位接", "what no rule routes goes to the fallback owner")


def fallback_decision(pack: Pack, situation: Situation, evaluator: str) -> Decision:
    """Return the decision by which the fallback owner leads, at its own level (RC-17).

    The procedure is the one of the pack's default rule, else the pack's first.

    Args:
        evaluator: who was asked and did not decide: 'both' or 'reference'.
    """
    unit = pack.units.get(pack.noun(pack.fallback))
    return Decision(
        levels=(unit.level,) if unit and unit.level else (),
        lead=address(pack, pack.fallback, situation.place),
        assisting=(),
        procedure=_procedure(pack),
        acceptance=Acceptance.AUTOMATIC,
        flagged=True,
        fallback=True,
        rule=Origin(RULE, _TITLE, ("RC-17",), None, None, unit.spot if unit else Spot("", 0)),
        facts_used={},
        evaluator=evaluator,
        departments=tuple(address(pack, key, situation.place) for key in departments_of(pack, situation)),
    )


def _procedure(pack: Pack) -> str:
    # From the end: a rule without condition catches all that no rule before it took.
    default = next((rule.then.procedure for rule in reversed(pack.routing) if rule.when == ALWAYS), None)
    return default or next(iter(pack.procedures), "")
