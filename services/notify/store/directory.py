"""Who holds which unit and who is away: this service's copy of the registry's memberships and absences.

Decides when what is cached is old: each root jurisdiction has a revision that grows with every change below
it, so a batch costs one small query however many units it tells, and another for absences. Addresses are never
cached.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from services.notify.domain.absence import Away
from services.notify.domain.vacancy import Holder, root_of
from services.notify.ports.books import Absence
from services.notify.store.tables import absences, memberships, rosters
from shared.db.work import Work

Roster = Mapping[str, tuple[Holder, ...]]


class MembershipDirectory:
    """The directory of units.

    Args:
        capacity: how many roots' rosters are kept.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, tuple[int, Roster]] = OrderedDict()
        self._seen: WeakKeyDictionary[Work, dict[str, Roster]] = WeakKeyDictionary()
        self._away: WeakKeyDictionary[Work, dict[str, Away]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def prefetch(self, work: Work, towns: Collection[str]) -> None:
        """Read the revisions of these roots at once, and the rosters that have changed."""
        view = self._view(work)
        wanted = sorted(set(towns) - view.keys())
        if not wanted:
            return
        revisions = dict(
            work.conn.execute(
                sa.select(rosters.c.root, rosters.c.revision).where(rosters.c.root.in_(wanted))
            ).all()
        )
        stale = []
        for root in wanted:
            kept = self._recall(root, revisions.get(root, 0))
            view[root] = kept if kept is not None else {}
            if kept is None:
                stale.append(root)
        self._load(work, view, stale, revisions)

    def holders_of(self, work: Work, unit: str) -> tuple[Holder, ...]:
        """Return the people who hold a unit as this transaction sees it."""
        root = root_of(unit)
        self.prefetch(work, [root])
        return self._view(work)[root].get(unit, ())

    def places_of(self, work: Work, root: str, person: str) -> tuple[Holder, ...]:
        """Return a person as holder of each unit below a root that this person holds."""
        self.prefetch(work, [root])
        roster = self._view(work)[root]
        return tuple(
            replace(holder, unit=unit)
            for unit in sorted(roster)
            for holder in roster[unit]
            if holder.person == person
        )

    def away(self, work: Work, root: str) -> Away:
        """Return who is away below a root at the transaction's instant: read once a transaction and root."""
        with self._lock:
            known = self._away.setdefault(work, {})
        if root not in known:
            found = work.conn.execute(
                sa.select(absences.c.person, absences.c.substitute)
                .where(
                    absences.c.root == root,
                    absences.c.stands,
                    absences.c.until_at > work.at,
                    absences.c.from_at <= work.at,
                )
                .order_by(absences.c.absence)
            )
            known[root] = {row.person: row.substitute for row in found}
        return known[root]

    def note_absence(self, work: Work, town: str, absence: Absence) -> None:
        """Take down an absence; what this transaction tells later goes by it."""
        root = root_of(town)
        work.rows(absences).put(
            {
                "absence": absence.id,
                "root": root,
                "person": absence.person,
                "substitute": absence.substitute,
                "from_at": absence.from_at,
                "until_at": absence.until_at,
                "stands": absence.stands,
                "as_of": work.at,
            }
        )
        known = dict(self.away(work, root))
        known.pop(absence.person, None)
        if absence.stands and absence.from_at <= work.at < absence.until_at:
            known[absence.person] = absence.substitute
        with self._lock:
            self._away[work][root] = known

    def change(self, work: Work, unit: str, holder: Holder, *, held: bool, addresses: dict[str, str]) -> None:
        """Take down a membership; what this transaction tells later goes by it."""
        root = root_of(unit)
        self.prefetch(work, [root])
        work.rows(memberships).put(
            {
                "unit": unit,
                "person": holder.person,
                "role": holder.role,
                "root": root,
                "held": held,
                "addresses": addresses,
                "as_of": work.at,
            }
        )
        revision = (work.rows(rosters).get(root) or {"revision": 0})["revision"] + 1
        work.rows(rosters).put({"root": root, "revision": revision})
        view = self._view(work)
        others = tuple(
            known
            for known in view[root].get(unit, ())
            if (known.person, known.role) != (holder.person, holder.role)
        )
        view[root] = {**view[root], unit: (*others, holder) if held else others}

    def _view(self, work: Work) -> dict[str, Roster]:
        with self._lock:
            return self._seen.setdefault(work, {})

    def _recall(self, root: str, revision: int) -> Roster | None:
        """What is kept of a root, if it is of this revision; one without any membership needs no reading."""
        if revision == 0:
            return {}
        with self._lock:
            kept = self._kept.get(root)
            if kept is None or kept[0] != revision:
                return None
            self._kept.move_to_end(root)
            return kept[1]

    def _load(
        self, work: Work, view: dict[str, Roster], roots: list[str], revisions: Mapping[str, int]
    ) -> None:
        if not roots:
            return
        found: dict[str, dict[str, tuple[Holder, ...]]] = {root: {} for root in roots}
        rows = work.conn.execute(
            sa.select(memberships)
            .where(memberships.c.root.in_(roots), memberships.c.held)
            .order_by(memberships.c.unit, memberships.c.person, memberships.c.role)
        )
        for row in rows:
            units = found[row.root]
            units[row.unit] = (
                *units.get(row.unit, ()),
                Holder(row.person, row.role, frozenset(row.addresses)),
            )
        for root, roster in found.items():
            view[root] = roster
            self._keep(root, revisions[root], roster)

    def _keep(self, root: str, revision: int, roster: Roster) -> None:
        """The revision was read before the roster, so what is kept is at least as new as it says."""
        with self._lock:
            self._kept[root] = (revision, roster)
            self._kept.move_to_end(root)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
