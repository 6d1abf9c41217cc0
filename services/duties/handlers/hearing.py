"""What the ledger says: kept, and looked at again for what is open in the grids that it is about.

Decides that whoever has moved away, or is in another group now, is missed no longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.duties.domain.membership import groups_asked
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.town_rules import DatedRules
from shared.contracts.envelope import Envelope
from shared.contracts.messages import LedgerChanged
from shared.db.work import Work
from shared.rules.case.addresses import places_of
from shared.rules.case.areas import area_of


@dataclass(frozen=True, slots=True)
class LedgerListener:
    """Hears the ledger."""

    judge: OccurrenceJudge

    def on_ledger_changed(self, work: Work, message: Envelope, changed: LedgerChanged) -> None:
        """Keep what became of entries: a handler of `ledger.changed`."""
        opener = self.judge.opener
        touched = opener.subjects.note(work, message.town, changed)
        rules = opener.rules.in_force(work.conn, message.town, work.at) if touched else None
        if rules is not None:
            self._look_again(work, rules, touched)

    def _look_again(self, work: Work, rules: DatedRules, places: Iterable[str]) -> None:
        pack = rules.pack
        duties = [key for key, duty in pack.duties.items() if groups_asked(duty) is not None]
        known = [place for place in places if place in pack.places]
        around = {pack.town, *(f"{pack.town}.{each}" for place in known for each in places_of(pack, place))}
        found = (
            self.judge.occurrences.open_within(work, pack.town, around, duties, rules.today) if duties else ()
        )
        for occurrence in found:
            area = area_of(pack, occurrence.post)
            if any(area.holds(place) for place in known):
                self.judge.look_again(work, occurrence)
