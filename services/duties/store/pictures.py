"""Pictures as rows: by id, by how long they have been here, and those that no record names."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from services.duties.domain.picture import RecordPicture
from services.duties.store.tables import HERE, UNNAMED, pictures
from services.duties.store.typed import plain, typed
from shared.db.work import Work

# By the letter as the partial indexes have it: only then are they used.
_HERE, _UNNAMED = sa.text(HERE), sa.text(UNNAMED)


class SqlPictures:
    """Pictures in this service's own store, within a transaction."""

    def add(self, work: Work, picture: RecordPicture) -> None:
        """Keep what is known of a picture whose content lies under its name."""
        work.rows(pictures).add(plain(picture))

    def find(self, conn: sa.Connection, town: str, id_: str) -> RecordPicture | None:
        """Return a picture of a town."""
        found = sa.select(pictures).where(pictures.c.id == id_, pictures.c.town == town)
        row = conn.execute(found).mappings().one_or_none()
        return None if row is None else typed(row, RecordPicture)

    def held(self, work: Work, ids: Iterable[str]) -> dict[str, RecordPicture]:
        """Return those of these pictures that there are, locked in PostgreSQL, by id."""
        rows = work.rows(pictures)
        wanted = sorted(set(ids))
        rows.prefetch(wanted)
        return {id_: typed(row, RecordPicture) for id_ in wanted if (row := rows.get(id_)) is not None}

    def of(self, conn: sa.Connection, ids: Iterable[str]) -> Sequence[RecordPicture]:
        """Return some pictures, in the order of their ids."""
        wanted = sa.select(pictures).where(pictures.c.id.in_(sorted(ids))).order_by(pictures.c.id)
        return [typed(row, RecordPicture) for row in conn.execute(wanted).mappings()]

    def name(self, work: Work, picture: RecordPicture, record: str) -> None:
        """Keep that a record names a picture."""
        work.rows(pictures).put(plain(replace(picture, record=record)))

    def erase(self, work: Work, picture: RecordPicture) -> None:
        """Keep that a picture's content is gone, and its name with it."""
        work.rows(pictures).put(plain(replace(picture, name="", erased_at=work.at)))

    def forget(self, work: Work, picture: RecordPicture) -> None:
        """Forget a picture that no record names."""
        work.conn.execute(sa.delete(pictures).where(pictures.c.id == picture.id))

    def unnamed(self, conn: sa.Connection, before: datetime, limit: int) -> Sequence[RecordPicture]:
        """Return pictures that no record names, handed in by an instant, the oldest first."""
        c = pictures.c
        found = sa.select(pictures).where(_UNNAMED, c.added_at <= before).order_by(c.added_at).limit(limit)
        return [typed(row, RecordPicture) for row in conn.execute(found).mappings()]

    def oldest_unnamed(self, conn: sa.Connection) -> datetime | None:
        """Return when the oldest picture was handed in that no record names."""
        found: datetime | None = conn.scalar(sa.select(sa.func.min(pictures.c.added_at)).where(_UNNAMED))
        return found

    def towns(self, conn: sa.Connection) -> Sequence[str]:
        """Return the towns that have pictures here."""
        return list(
            conn.scalars(sa.select(pictures.c.town).where(_HERE).distinct().order_by(pictures.c.town))
        )

    def kept_since(
        self, conn: sa.Connection, town: str, before: datetime, limit: int
    ) -> Sequence[RecordPicture]:
        """Return a town's pictures that are here since an instant or longer, the oldest first."""
        c = pictures.c
        here = sa.select(pictures).where(_HERE, c.town == town, c.added_at <= before)
        found = here.order_by(c.added_at, c.id).limit(limit)
        return [typed(row, RecordPicture) for row in conn.execute(found).mappings()]


class KeptPicture(Struct, frozen=True):
    """A picture of a town, for whoever moves the town."""

    id: str
    sha256: str
    record: str | None


def kept_pictures(conn: sa.Connection, town: str) -> list[KeptPicture]:
    """Return a town's pictures whose content is here."""
    c = pictures.c
    wanted = sa.select(c.id, c.sha256, c.record).where(_HERE, c.town == town).order_by(c.id)
    return [KeptPicture(*row) for row in conn.execute(wanted)]
