"""A town's rules and days: every publication of a pack, and the editions and calendars that the others copy."""

from collections.abc import Mapping

import sqlalchemy as sa

from services.registry.domain.editions import Published
from services.registry.store.tables import publications
from shared.db.work import Work
from shared.rules.case.timing import AmendedDays


class SqlPublications:
    """Every publication of a pack; an edition's files are kept once, with its latest effect."""

    def of_town(self, work: Work, town: str) -> list[Published]:
        """Return a town's publications, in the order of their numbers."""
        found = work.conn.execute(
            sa.select(publications.c.edition, publications.c.number, publications.c.effective_at)
            .where(publications.c.town == town)
            .order_by(publications.c.number)
        )
        return [Published(*row) for row in found]

    def files_of(self, work: Work, town: str, edition: str) -> Mapping[str, str] | None:
        """Return the files of one of a town's editions; None: the town has no such edition."""
        row = work.rows(work.flow.editions).get(edition)
        if row is None or row["town"] != town:
            return None
        files: Mapping[str, str] = row["files"]
        return files

    def add(
        self, work: Work, town: str, published: Published, files: Mapping[str, str], by: str | None
    ) -> None:
        """Enter a publication.

        Args:
            by: reference of whoever published it; None: the command line.
        """
        of_edition = {
            "town": town,
            "number": published.number,
            "edition": published.edition,
            "effective_at": published.effective_at,
        }
        work.rows(publications).add({**of_edition, "published_at": work.at, "published_by": by})
        work.rows(work.flow.editions).put({**of_edition, "files": dict(files), "as_of": work.at})


class SqlCalendars:
    """Towns' amended days, the latest revision of each."""

    def get(self, work: Work, town: str) -> AmendedDays | None:
        """Return a town's days, locked for this transaction; None: it has none of its own."""
        row = work.rows(work.flow.calendars).get(town)
        if row is None:
            return None
        days: AmendedDays = row["days"]
        return days

    def put(self, work: Work, town: str, days: AmendedDays) -> None:
        """Keep a new revision in the place of the one before."""
        work.rows(work.flow.calendars).put(
            {"town": town, "revision": days.revision, "days": days, "as_of": work.at}
        )
