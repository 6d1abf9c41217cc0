"""The registry's books, as handlers use them."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.registry.domain.editions import Published
from services.registry.domain.members import Place
from services.registry.domain.tokens import reference_of
from services.registry.ports.books import Jurisdiction
from services.registry.store.tables import jurisdictions, members, people, publications, readings, token_notes
from shared.db.work import Work
from shared.kernel.texts import Text


class JurisdictionRows:
    """The tree of jurisdictions."""

    def get(self, work: Work, key: str) -> Jurisdiction | None:
        """Return a jurisdiction, locked for this transaction."""
        row = work.rows(jurisdictions).get(key)
        return Jurisdiction(row["key"], Text(row["name_zh"], row["name_en"]), row["part_of"]) if row else None

    def put(self, work: Work, jurisdiction: Jurisdiction) -> None:
        """Enter or change one."""
        work.rows(jurisdictions).put(
            {
                "key": jurisdiction.key,
                "part_of": jurisdiction.part_of,
                "name_zh": jurisdiction.name.zh,
                "name_en": jurisdiction.name.en,
                "changed_at": work.at,
            }
        )


class EditionRows:
    """Every publication of a pack."""

    def of_town(self, work: Work, town: str) -> list[Published]:
        """Return a town's publications, in the order of their numbers."""
        found = work.conn.execute(
            sa.select(publications.c.edition, publications.c.number, publications.c.effective_at)
            .where(publications.c.town == town)
            .order_by(publications.c.number)
        )
        return [Published(*row) for row in found]

    def add(self, work: Work, town: str, published: Published, by: str | None) -> None:
        """Enter a publication."""
        work.rows(publications).add(
            {
                "town": town,
                "number": published.number,
                "edition": published.edition,
                "effective_at": published.effective_at,
                "published_at": work.at,
                "published_by": by,
            }
        )


class MemberRows:
    """Places in units, and sealed identities."""

    def places_of(self, work: Work, town: str, person: str) -> list[Place]:
        """Return every place that a person holds or has held in a town."""
        found = work.conn.execute(
            sa.select(members.c.person, members.c.unit, members.c.role, members.c.held)
            .where(members.c.person == person, members.c.town == town)
            .order_by(members.c.unit, members.c.role)
        )
        return [Place(*row) for row in found]

    def put(self, work: Work, town: str, place: Place) -> None:
        """Enter a place or its end."""
        work.rows(members).put(
            {
                "unit": place.unit,
                "person": place.person,
                "role": place.role,
                "town": town,
                "held": place.held,
                "changed_at": work.at,
            }
        )

    def identity(self, work: Work, town: str, person: str) -> str | None:
        """Return a person's sealed identity."""
        row = work.rows(people).get((town, person))
        return row["sealed"] if row else None

    def put_identity(self, work: Work, town: str, person: str, sealed: str) -> None:
        """Keep a person's sealed identity."""
        work.rows(people).put({"town": town, "person": person, "sealed": sealed, "changed_at": work.at})

    def erase_identity(self, work: Work, town: str, person: str) -> None:
        """Remove a person's identity for good."""
        work.conn.execute(sa.delete(people).where(people.c.town == town, people.c.person == person))

    def note_reading(self, work: Work, town: str, person: str, by_role: str, by_person: str | None) -> None:
        """Record that somebody read an identity."""
        work.rows(readings).append(
            {"town": town, "person": person, "by_role": by_role, "by_person": by_person, "at": work.at}
        )


class TokenRows:
    """What is known of tokens beyond their copies elsewhere."""

    def add(self, work: Work, token_hash: str, label: str, by: str | None) -> None:
        """Note who issued a token, and what for."""
        work.rows(token_notes).add(
            {
                "token_hash": token_hash,
                "reference": reference_of(token_hash),
                "label": label,
                "issued_at": work.at,
                "issued_by": by,
            }
        )

    def hash_of(self, work: Work, reference: str) -> str | None:
        """Return the hash of the token that a reference names."""
        found: str | None = work.conn.scalar(
            sa.select(token_notes.c.token_hash).where(token_notes.c.reference == reference)
        )
        return found


class OutboxAgain:
    """Sending again what was sent: the same messages under the same ids and numbers.

    Whoever has them passes them over; whoever lost its store takes them, in their order and without a hole.
    """

    def send_again(self, work: Work, streams: Sequence[str] | None) -> int:
        """Have every message, or those of some streams, sent again as they were; return how many."""
        outbox = work.flow.outbox
        again = sa.update(outbox).where(outbox.c.sent_at.is_not(None)).values(sent_at=None)
        if streams is not None:
            again = again.where(outbox.c.stream.in_(list(streams)))
        work.spoke = True  # the relay is woken as for anything newly said
        return work.conn.execute(again).rowcount
