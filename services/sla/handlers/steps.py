"""What intake's messages do to clocks: a report, a step, a rejection.

Decides first (the domain does), then keeps and says it, all in the message's own transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.sla.domain.life import Life, Step
from services.sla.domain.stepping import take
from services.sla.handlers.rulebooks import RuleBooks
from services.sla.handlers.saying import Speaker
from services.sla.messages import steps
from services.sla.ports.cases import Case, Cases
from shared.contracts.envelope import Envelope
from shared.db.work import Work

DISAGREED = "disagreed"  # marks a situation about which the evaluators differed, so that it is judged again


@dataclass(frozen=True, slots=True)
class Steps:
    """Handlers of intake's streams."""

    cases: Cases
    rulebooks: RuleBooks
    speaker: Speaker

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read what a batch will need."""
        self.cases.prefetch(work, {message.stream for message in messages if message.source == "intake"})

    def on_admitted(self, work: Work, message: Envelope) -> None:
        """Take a new case: limits that run from the report start.

        Raises:
            TryLater: the case's edition is not here yet.
        """
        data = message.data
        case = _new_case(message, data["number"], steps.situation_of_report(data))
        self._take(work, case, steps.step_of_report(data, message.at))

    def on_step(self, work: Work, message: Envelope) -> None:
        """Take a step, or a decision that took effect.

        A step that has the case decided again is judged by what held before it; with the decision comes all that
        it changed, and is judged as one.

        Raises:
            TryLater: the case's edition is not here yet.
        """
        data = message.data
        known = self.cases.load(work, message.stream)
        if known is not None and steps.awaits_decision(data):
            case = replace(
                known, situation={**known.situation, steps.AWAITS: True}, seen_by=data.get("seen_by")
            )
            self._take(work, case, steps.step_of(data, message.at, is_new_situation=False))
            return
        plain = steps.situation_of_step(data, known.situation if known else None)
        is_new = known is None or known.situation != plain or known.edition != message.edition
        case = known or _new_case(message, data["number"], plain)
        case = replace(case, situation=plain, edition=str(message.edition), seen_by=data.get("seen_by"))
        self._take(work, case, steps.step_of(data, message.at, is_new_situation=is_new))

    def on_rejected(self, work: Work, message: Envelope) -> None:
        """Stop everything of a case that was rejected; one that was refused at the door never had clocks."""
        known = self.cases.load(work, message.stream)
        if known is None or known.life.is_over:
            return
        step = Step(
            at=message.at,
            marks=(steps.REJECTED,),
            round=known.life.round,
            decision=known.life.decision,
            is_new_situation=False,
        )
        self._take(work, known, step)

    def _take(self, work: Work, case: Case, step: Step) -> None:
        rules, asked = self.rulebooks.rules(work, case.edition, case.town, case.situation, case.clocks)
        taken = take(case.life, case.clocks, step, rules)
        plain: Mapping[str, Any] = case.situation
        if asked.differing is not None:
            plain = {**plain, DISAGREED: True}
            self.speaker.say_disagreement(work, case, asked.differing)
        case = replace(case, life=taken.life, clocks=taken.clocks, situation=plain)
        self.cases.save(work, case, taken.changes)
        self.speaker.say(work, case, taken.changes)


def _new_case(message: Envelope, number: str, plain: Mapping[str, Any]) -> Case:
    return Case(
        message.stream,
        number,
        message.town,
        str(message.edition),
        plain,
        Life(),
        (),
        message.data.get("seen_by"),
    )
