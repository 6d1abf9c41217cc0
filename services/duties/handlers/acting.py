"""Who acts, with all posts that this one may act for: the token's, the person's, and of those who are away."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.people import ActingPerson
from services.duties.store.people import SqlHolders
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AbsenceChanged, MembershipChanged
from shared.db.work import Work
from shared.kernel.roles import Viewer


@dataclass(frozen=True, slots=True)
class Acting:
    """Finds out for whom somebody acts."""

    people: SqlHolders = field(default_factory=SqlHolders)

    def doer(self, conn: sa.Connection, viewer: Viewer, now: datetime) -> ActingPerson:
        """Return who acts at an instant."""
        posts = {viewer.unit} if viewer.unit else set()
        if viewer.person is not None:
            absent = self.people.stood_in_for(conn, viewer.town, viewer.person, now)
            for person in (viewer.person, *absent):
                posts |= self.people.posts_of(conn, viewer.town, person)
        return ActingPerson(viewer.role, viewer.unit, viewer.person, frozenset(posts))

    def on_membership_changed(self, work: Work, _message: Envelope, changed: MembershipChanged) -> None:
        """Somebody holds a place in a unit, or no longer."""
        self.people.note_member(work, changed)

    def on_absence_changed(self, work: Work, message: Envelope, changed: AbsenceChanged) -> None:
        """Somebody is away for a time, or no longer."""
        self.people.note_absence(work, message.town, changed)
