"""The tree of jurisdictions: entering, changing, announcing."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.domain.announcements import jurisdiction_changed, town_stream
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.keys import check_jurisdiction
from services.registry.domain.refusals import refusal
from services.registry.store.platform import SqlJurisdictions
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.texts import Text
from shared.obs.audit import audited
from shared.web.callers import Caller

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """Keeps the tree."""

    store: Store
    jurisdictions: SqlJurisdictions

    def set(self, jurisdiction: Jurisdiction) -> bool:
        """Enter or change a jurisdiction; return whether anything changed.

        Raises:
            Problem: `bad-key`, `unknown-jurisdiction` (what it is part of), `jurisdiction-loop`.
        """
        check_jurisdiction(jurisdiction.key)
        with self.store.begin() as work:
            if jurisdiction.part_of is not None:
                self._check_above(work, jurisdiction.key, jurisdiction.part_of)
            return self.announce(work, jurisdiction)

    def hold(self, work: Work, town: str) -> None:
        """Lock a town, entering it if need be: two publications of one town follow each other."""
        # To read the row is to lock it. One that isn't there can't be locked: of two that enter it, one fails.
        if self.jurisdictions.get(work, town) is None:
            self.jurisdictions.put(work, Jurisdiction(town, Text(town, town), None))

    def part_of(self, work: Work, key: str) -> str | None:
        """Return what a jurisdiction is part of; None also where it is unknown."""
        known = self.jurisdictions.get(work, key)
        return known.part_of if known else None

    def above(self, key: str) -> str | None:
        """Return what a jurisdiction is part of; None also where it is unknown."""
        with self.store.begin() as work:
            return self.part_of(work, key)

    def announce(self, work: Work, jurisdiction: Jurisdiction) -> bool:
        """Enter what is new or different and say it; what it is part of is entered by its key if it is
        unknown.
        """
        above = jurisdiction.part_of
        if above is not None and self.jurisdictions.get(work, above) is None:
            self._announce(work, Jurisdiction(above, Text(above, above), None))
        known = self.jurisdictions.get(work, jurisdiction.key)
        if known is not None:
            # No pack says whether its town is suspended.
            jurisdiction = replace(jurisdiction, suspended_at=known.suspended_at)
        if known == jurisdiction:
            return False
        # What an engineer entered stays where a pack says nothing about it.
        part_of = above if above is not None or known is None else known.part_of
        self._announce(work, replace(jurisdiction, part_of=part_of))
        return True

    def suspend(self, town: str, *, by: Caller | None = None) -> Jurisdiction:
        """Have a town take nothing new from now on; one that is suspended stays so since when it was.

        Args:
            by: whoever asks for it; None: the command line.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.begin() as work:
            known = self._town(work, town)
            return known if known.suspended_at else self._suspended(work, known, work.at, by)

    def resume(self, town: str, *, by: Caller | None = None) -> Jurisdiction:
        """Have a town take what comes again.

        Args:
            by: whoever asks for it; None: the command line.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.begin() as work:
            known = self._town(work, town)
            return self._suspended(work, known, None, by) if known.suspended_at else known

    def _town(self, work: Work, town: str) -> Jurisdiction:
        known = self.jurisdictions.get(work, town)
        if known is None or not self.jurisdictions.has_edition(work, town):
            raise refusal("no-edition")
        return known

    def _suspended(
        self, work: Work, known: Jurisdiction, at: datetime | None, by: Caller | None
    ) -> Jurisdiction:
        changed = replace(known, suspended_at=at)
        self._announce(work, changed)
        if by is not None:
            what = "town-suspended" if at else "town-resumed"
            work.after_commit(lambda: audited(what, town=known.key, client=by.client))
        return changed

    def _announce(self, work: Work, jurisdiction: Jurisdiction) -> None:
        self.jurisdictions.put(work, jurisdiction)
        root = jurisdiction.key.partition(".")[0]
        work.emit(
            "jurisdiction.changed",
            jurisdiction_changed(jurisdiction),
            stream=town_stream(root),
            town=root,
        )

    def _check_above(self, work: Work, key: str, part_of: str) -> None:
        above: str | None = part_of
        # Bounded: packs may have closed a circle between them, which nobody checks, and it would be walked for ever.
        for _ in range(DEEPEST):
            if above is None:
                return
            if above == key:
                raise refusal("jurisdiction-loop", key=key, part_of=part_of)
            known = self.jurisdictions.get(work, above)
            if known is None:
                raise refusal("unknown-jurisdiction", key=above)
            above = known.part_of
        raise refusal("jurisdiction-loop", key=key, part_of=part_of)
