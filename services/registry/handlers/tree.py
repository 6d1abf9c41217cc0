"""The tree of jurisdictions: entering, changing, announcing."""

from dataclasses import dataclass, replace

from services.registry.domain.keys import check_jurisdiction
from services.registry.domain.refusals import refusal
from services.registry.messages.said import jurisdiction_changed, town_stream
from services.registry.ports.books import Jurisdiction, JurisdictionBook
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.texts import Text

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """Keeps the tree."""

    store: Store
    book: JurisdictionBook

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
        if self.book.get(work, town) is None:
            self.book.put(work, Jurisdiction(town, Text(town, town), None))

    def announce(self, work: Work, jurisdiction: Jurisdiction) -> bool:
        """Enter what is new or different and say it; what it is part of is entered by its key if it is
        unknown.
        """
        above = jurisdiction.part_of
        if above is not None and self.book.get(work, above) is None:
            self._say(work, Jurisdiction(above, Text(above, above), None))
        known = self.book.get(work, jurisdiction.key)
        if known == jurisdiction:
            return False
        # What an engineer entered stays where a pack says nothing about it.
        part_of = above if above is not None or known is None else known.part_of
        self._say(work, replace(jurisdiction, part_of=part_of))
        return True

    def _say(self, work: Work, jurisdiction: Jurisdiction) -> None:
        self.book.put(work, jurisdiction)
        root = jurisdiction.key.partition(".")[0]
        work.say(
            "jurisdiction.changed",
            stream=town_stream(root),
            town=root,
            data=jurisdiction_changed(jurisdiction),
        )

    def _check_above(self, work: Work, key: str, part_of: str) -> None:
        above: str | None = part_of
        for _ in range(DEEPEST):
            if above is None:
                return
            if above == key:
                raise refusal("jurisdiction-loop", key=key, part_of=part_of)
            known = self.book.get(work, above)
            if known is None:
                raise refusal("unknown-jurisdiction", key=above)
            above = known.part_of
        raise refusal("jurisdiction-loop", key=key, part_of=part_of)
