"""Figures of rules: how often each rule of an edition decided, and how often none did.

Decides how many series they may be: a town's rules are some dozens, and thousands of towns would be more than a
Prometheus should be asked to keep. Must not know what becomes of a case.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from prometheus_client import Counter

from shared.db.work import Work
from shared.obs.metrics import Metrics
from shared.rules.decide import Decision, Unroutable
from shared.rules.decide.answers import UnroutableCause
from shared.rules.pack.model import Pack

MOST_SERIES = 5000  # of one process
RULE, FALLBACK, DISAGREEMENT = "rule", "fallback", "disagreement"
_OUTCOMES = {UnroutableCause.DISAGREEMENT: DISAGREEMENT}


def outcome_of(answer: Decision | Unroutable) -> str:
    """Return what became of a decision: a rule decided, the fallback did, or the evaluators differed."""
    return _OUTCOMES.get(answer.cause, FALLBACK) if isinstance(answer, Unroutable) else RULE


@dataclass(frozen=True, slots=True)
class _EditionFigures:
    """The counters of one town's edition: each rule's by its id, and those of what no rule decided by outcome."""

    rules: Mapping[str, Counter]
    others: Mapping[str, Counter]


class RuleFigures:
    """Counts decisions by rule; an edition's rules are shown all at once, also those that never decide.

    Args:
        most: series that are shown; an edition that does not fit is counted as left out, and by town alone.
    """

    def __init__(self, metrics: Metrics, most: int = MOST_SERIES) -> None:
        self._metrics = metrics
        self._room = most
        self._lock = threading.Lock()
        self._shown: dict[tuple[str, str], _EditionFigures | None] = {}

    def count(self, work: Work, town: str, edition: str, pack: Pack, answer: Decision | Unroutable) -> None:
        """Count a decision once its transaction is committed.

        Args:
            edition: content hash of the pack.
        """
        outcome, figures = outcome_of(answer), self._figures(work, town, edition, pack)
        rule = None if isinstance(answer, Unroutable) else answer.rule.rule

        def commit() -> None:
            self._metrics.decisions.labels(town, outcome).inc()
            if figures is not None and (counter := _counter(figures, outcome, rule)) is not None:
                counter.inc()

        work.after_commit(commit)

    def _figures(self, work: Work, town: str, edition: str, pack: Pack) -> _EditionFigures | None:
        key = (town, edition)
        with self._lock:
            if key not in self._shown:
                self._shown[key] = self._begin(town, _number(work, edition), pack)
            return self._shown[key]

    def _begin(self, town: str, number: str, pack: Pack) -> _EditionFigures | None:
        wanted = len(pack.routing) + len((FALLBACK, DISAGREEMENT))
        if wanted > self._room:
            self._metrics.rule_editions_left_out.inc()
            return None
        self._room -= wanted
        begin = self._metrics.rule_decisions.labels
        rules = {
            rule.origin.rule: begin(town, number, RULE, rule.origin.rule, rule.origin.title.zh)
            for rule in pack.routing
        }
        return _EditionFigures(
            rules, {each: begin(town, number, each, "", "") for each in (FALLBACK, DISAGREEMENT)}
        )


def _counter(figures: _EditionFigures, outcome: str, rule: str | None) -> Counter | None:
    return figures.others.get(outcome) if rule is None else figures.rules.get(rule)


def _number(work: Work, edition: str) -> str:
    """Return an edition's number within its town, as people name it; asked once for each edition."""
    editions = work.flow.editions
    found = work.conn.execute(sa.select(editions.c.number).where(editions.c.edition == edition))
    return str(found.scalar_one())
