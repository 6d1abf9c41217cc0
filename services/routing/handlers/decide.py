"""Deciding who is responsible: once for every report, again whenever a step asks for it.

Every decision is kept. Where no rule holds, the evaluators differ or nobody can lead, the fallback owner of the
pack gets the case and the decision says why.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from services.routing.messages import answers, situations
from services.routing.ports.records import KnownCase, Record, Records
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.flow.service import TryLater
from shared.kernel.instants import parse_instant
from shared.obs.metrics import Metrics
from shared.rules.decide import Books, Decision, Situation, Unroutable, local_day
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Decider:
    """Handlers that decide; the rule tables are compiled once per content and shared."""

    records: Records
    shelf: PackShelf
    books: Books
    metrics: Metrics

    def on_admitted(self, work: Work, message: Envelope) -> None:
        """Decide about a new case."""
        pack = self._pack(work, message)
        reported_at = parse_instant(message.data["reported_at"])
        case = KnownCase(message.stream, message.town, str(message.edition), reported_at, 0)
        self._decide(work, message, pack, case, situations.from_report(message.data))

    def on_step(self, work: Work, message: Envelope) -> None:
        """Decide again when a step asks for it; other steps change nothing here.

        Raises:
            TryLater: the case's report has not been taken yet.
        """
        if not message.data["ask_decision"]:
            return
        pack = self._pack(work, message)
        case = self.records.find(work, message.stream)
        if case is None:
            raise TryLater("missing-case", message.stream)
        self._decide(work, message, pack, case, situations.from_step(message.data))

    def _pack(self, work: Work, message: Envelope) -> Pack:
        return self.shelf.of(work, work.flow.editions, str(message.edition))

    def _decide(
        self, work: Work, message: Envelope, pack: Pack, case: KnownCase, situation: Situation
    ) -> None:
        """Dates of effect of routing rules are compared with the day of the report, whenever it is decided."""
        answer = self.books.of(pack).route(situation, local_day(pack, case.reported_at))
        case = replace(case, decisions=_latest(case, message) + 1, edition=str(message.edition))
        decision = answer.decision if isinstance(answer, Unroutable) else answer
        who = answers.assignment(decision, case.decisions, situation)
        self.records.keep(work, case, _record(message, situation, answer, decision, who))
        if isinstance(answer, Unroutable):
            self._say(work, message, "case.unroutable", answers.unroutable(message, answer, who))
        else:
            self._say(work, message, "case.routed", answers.routed(message, answer, who))
        self._count(work, message.town, answer)

    def _say(self, work: Work, message: Envelope, type_: str, data: dict[str, Any]) -> None:
        work.say(type_, stream=message.stream, town=message.town, edition=message.edition, data=data)

    def _count(self, work: Work, town: str, answer: Decision | Unroutable) -> None:
        outcome = "rule"
        if isinstance(answer, Unroutable):
            outcome = "disagreement" if answer.cause == "disagreement" else "fallback"
        work.after_commit(lambda: self.metrics.decisions.labels(town, outcome).inc())


def _latest(case: KnownCase, message: Envelope) -> int:
    """A case that came from elsewhere brings decisions of its own: the next one's number comes after them."""
    held = message.data.get("assignment") or {}
    return max(case.decisions, int(held.get("decision", 0)))


def _record(
    message: Envelope,
    situation: Situation,
    answer: Decision | Unroutable,
    decision: Decision,
    who: dict[str, Any],
) -> Record:
    cause, answers_given = (
        (answer.cause, dict(answer.answers)) if isinstance(answer, Unroutable) else (None, None)
    )
    return Record(
        answers_sequence=message.sequence,
        cause=cause,
        rule=decision.rule.rule,
        because=tuple(decision.rule.because),
        situation=asdict(situation),
        assignment=who,
        evaluator=decision.evaluator,
        answers=answers_given,
    )
