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
from services.notify.store.tables import absences, memberships, rosters
from shared.contracts.messages import AbsenceChanged, MembershipChanged
from shared.db.driver import KeptQuery
from shared.db.work import Work

Roster = Mapping[str, tuple[Holder, ...]]
_REVISIONS = sa.select(rosters.c.root, rosters.c.revision).where(
    rosters.c.root.in_(sa.bindparam("roots", expanding=True))
)
_AWAY = KeptQuery(
    sa.select(absences.c.person, absences.c.substitute)
    .where(
        absences.c.root == sa.bindparam("of_root"),
        absences.c.stands,
        absences.c.until_at > sa.bindparam("now"),
        absences.c.from_at <= sa.bindparam("now"),
    )
    .order_by(absences.c.absence)
)


class SqlDirectory:
    """The directory of units.

    Args:
        capacity: how many roots' rosters are kept.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, tuple[int, Roster]] = OrderedDict()
        # What one transaction sees goes with it, and is never shared: it may hold changes that are not committed.
        self._seen: WeakKeyDictionary[Work, dict[str, Roster]] = WeakKeyDictionary()
        self._away: WeakKeyDictionary[Work, dict[str, Away]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def prefetch(self, work: Work, towns: Collection[str]) -> None:
        """Read the revisions of these roots at once, and the rosters that have changed."""
        view = self._view(work)
        wanted = sorted(set(towns) - view.keys())
        if not wanted:
            return
        revisions = dict(work.conn.execute(_REVISIONS, {"roots": wanted}).all())
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
            known[root] = dict(_AWAY.fetch(work.conn, of_root=root, now=work.at))  # substitutes by person
        return known[root]

    def note_absence(self, work: Work, town: str, changed: AbsenceChanged) -> None:
        """Take down an absence, or that it was taken back; what this transaction tells later goes by it."""
        root = root_of(town)
        work.rows(absences).put(
            {
                "absence": changed.absence,
                "root": root,
                "person": changed.person,
                "substitute": changed.substitute,
                "from_at": changed.from_at,
                "until_at": changed.until_at,
                "stands": changed.stands,
                "as_of": work.at,
            }
        )
        # What was put waits for the flush, so the store still answers as before: the change is laid over its answer.
        known = dict(self.away(work, root))
        known.pop(changed.person, None)
        if changed.stands and changed.from_at <= work.at < changed.until_at:
            known[changed.person] = changed.substitute
        with self._lock:
            self._away[work][root] = known

    def note_membership(self, work: Work, changed: MembershipChanged) -> None:
        """Take down that somebody holds a place in a unit, or no longer; addresses stay sealed.

        What this transaction tells later goes by it.
        """
        root = root_of(changed.unit)
        self.prefetch(work, [root])
        work.rows(memberships).put(
            {
                "unit": changed.unit,
                "person": changed.person,
                "role": changed.role,
                "root": root,
                "held": changed.held,
                "addresses": changed.addresses,
                "as_of": work.at,
            }
        )
        self._raise_revision(work, root)
        view = self._view(work)
        # Not into what all transactions share: should this one be rolled back, others would tell people by it.
        view[root] = {**view[root], changed.unit: _holders_after(view[root].get(changed.unit, ()), changed)}

    def _raise_revision(self, work: Work, root: str) -> None:
        """Other processes see by it that what they have cached of this root is old."""
        # The row stays locked until the commit: no two changes can come under one revision.
        revision = (work.rows(rosters).get(root) or {"revision": 0})["revision"] + 1
        work.rows(rosters).put({"root": root, "revision": revision})

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
        """The revision was read before the roster: what is kept is as new as it says, or newer."""
        with self._lock:
            self._kept[root] = (revision, roster)
            self._kept.move_to_end(root)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def _holders_after(before: tuple[Holder, ...], changed: MembershipChanged) -> tuple[Holder, ...]:
    """A unit's holders after a change; one person may hold it in several roles."""
    others = tuple(
        holder for holder in before if (holder.person, holder.role) != (changed.person, changed.role)
    )
    holder = Holder(changed.person, changed.role, frozenset(changed.addresses))
    return (*others, holder) if changed.held else others
