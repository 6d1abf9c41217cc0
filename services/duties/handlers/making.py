"""The duty that makes occurrences ahead, and anew when rules or days are published: in bounded steps, by any number of
processes at once, taken up after a crash where it was left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec.structs import replace

from services.duties.domain.horizon import Horizon, Portion, portion_of, span_of
from services.duties.domain.reconciling import NewReckoning, ToldChange
from services.duties.handlers.saying import say_changed
from services.duties.handlers.town_rules import DatedRules, TownRules
from services.duties.store.horizons import SqlHorizons
from services.duties.store.occurrences import SqlOccurrences
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CalendarPublished, EditionPublished, OccurrenceEvent
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import on_calendar_published, on_edition_published
from shared.kernel.failpoints import reach
from shared.kernel.ids import derived_id
from shared.rules.duties import Occurrence, occurrences, owners
from shared.rules.worktime.wall import instant_of

MOST = 2000  # occurrences that a step looks at
_EVENTS = {ToldChange.MOVED: OccurrenceEvent.MOVED, ToldChange.WITHDRAWN: OccurrenceEvent.WITHDRAWN}


def occurrence_id(town: str, found: Occurrence, post: str) -> str:
    """Return the id that an occurrence always has: reckoning it again makes nothing twice."""
    return derived_id(town, found.duty, found.label.isoformat(), post)


@dataclass(frozen=True, slots=True)
class OccurrenceMaker:
    """Makes occurrences.

    Args:
        ahead: what opens within this time must be there.
    """

    store: Store
    rules: TownRules
    ahead: timedelta
    horizons: SqlHorizons = field(default_factory=SqlHorizons)
    occurrences: SqlOccurrences = field(default_factory=SqlOccurrences)

    def on_edition_published(self, work: Work, message: Envelope, published: EditionPublished) -> None:
        """Keep the edition; from when it is in force on everything ahead follows it."""
        on_edition_published(work, message, published)
        self._look_again(work, message.town, max(published.effective_at, work.at))

    def on_calendar_published(self, work: Work, message: Envelope, published: CalendarPublished) -> None:
        """Keep the town's days; everything ahead follows them."""
        on_calendar_published(work, message, published)
        self._look_again(work, message.town, work.at)

    def run(self, limit: int) -> int:
        """Take up to so many steps; return how many."""
        for done in range(limit):
            if not self._step():
                return done
        return limit

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when there is something to make."""
        return self.horizons.next_at(conn)

    def _look_again(self, work: Work, town: str, at: datetime) -> None:
        known = self.horizons.get(work, town)
        self.horizons.put(work, replace(known, next_at=min(known.next_at or at, at)))

    def _step(self) -> bool:
        with self.store.begin() as work:
            horizon = self.horizons.due(work)
            if horizon is not None:
                self._advance(work, horizon)
                # Whoever dies here leaves the step as if it had not been taken.
                reach("in-scan")
        return horizon is not None

    def _advance(self, work: Work, horizon: Horizon) -> None:
        rules = self.rules.in_force(work.conn, horizon.town, work.at)
        if rules is None:
            next_at = self.horizons.next_edition_at(work, horizon.town)
            self.horizons.put(work, replace(horizon, next_at=next_at))
        elif horizon.duty:
            self.horizons.put(work, self._made(work, horizon, rules))
        else:
            self._look(work, horizon, rules)

    def _look(self, work: Work, town: Horizon, rules: DatedRules) -> None:
        """Where rules or days are others than before, every duty is made anew: those of before, too."""
        edition, revision = rules.pack.edition, rules.revision
        if (town.edition, town.revision) != (edition, revision):
            former = {known.duty: known for known in self.horizons.of_town(work, town.town)}
            for duty in sorted({*rules.pack.duties, *former}):
                known = former.get(duty, Horizon(town=town.town, duty=duty))
                self.horizons.put(work, known.begun(edition, revision, rules.today, work.at))
        next_at = self.horizons.next_edition_at(work, town.town)
        self.horizons.put(work, replace(town, edition=edition, revision=revision, next_at=next_at))

    def _made(self, work: Work, horizon: Horizon, rules: DatedRules) -> Horizon:
        """Make some of a duty, unless it is made far enough."""
        if (
            (enough := self._enough(horizon, rules)) is None
            or horizon.until is None
            or horizon.until >= enough
        ):
            return replace(horizon, next_at=self._next(horizon, rules))
        found, posts = self._reckoned(horizon, rules)
        portion = portion_of(posts, horizon.post, max(1, MOST // max(1, len(found))))
        self._reconcile(work, horizon, rules, found, portion)
        return replace(horizon.after(portion), next_at=work.at)

    def _enough(self, horizon: Horizon, rules: DatedRules) -> date | None:
        """The last label that has to be made; of a duty that is no more, the last that was made."""
        duty = rules.pack.duties.get(horizon.duty)
        return horizon.made_to if duty is None else rules.today + self.ahead + span_of(duty)

    def _next(self, horizon: Horizon, rules: DatedRules) -> datetime | None:
        duty = rules.pack.duties.get(horizon.duty)
        if duty is None or horizon.until is None:
            return None
        day = horizon.until - self.ahead - span_of(duty) + timedelta(days=1)
        return instant_of(day.toordinal(), 0, rules.calendar.tz)

    def _reckoned(self, horizon: Horizon, rules: DatedRules) -> tuple[tuple[Occurrence, ...], Sequence[str]]:
        duty = rules.pack.duties.get(horizon.duty)
        if duty is None:
            return (), ()
        found = occurrences(rules.pack, rules.calendar, duty, *horizon.stretch)
        return found, owners(rules.pack, duty, rules.today)

    def _reconcile(
        self, work: Work, horizon: Horizon, rules: DatedRules, found: tuple[Occurrence, ...], portion: Portion
    ) -> None:
        bounds = (horizon.post, portion.post_after)
        kept = self.occurrences.between(work, horizon.town, horizon.duty, horizon.stretch, bounds)
        reckoning = NewReckoning(horizon.town, found, rules.pack.edition, work.at, rules.today, occurrence_id)
        for change in reckoning.of(portion.posts, kept):
            if change.is_new:
                self.occurrences.add(work, change.occurrence)
            else:
                self.occurrences.put(work, change.occurrence)
            if change.told is not None:
                say_changed(work, change.occurrence, _EVENTS[change.told], work.at)
