"""Taking in a picture for a record, and letting go of what no record names or the town keeps no longer.

Decides the order: a picture lies under its name before anybody knows of it, so that whoever knows of one can have it;
and it is removed before the store says so.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from services.duties.domain.people import ActingPerson
from services.duties.domain.picture import KINDS, RecordPicture
from services.duties.domain.refusals import refusal
from services.duties.handlers.town_rules import TownRules
from services.duties.store.claims import KEPT_FOR, RecordClaim, SqlRecordClaims
from services.duties.store.pictures import SqlPictures
from shared.db.store import Store
from shared.db.work import Work
from shared.files.keeping import FileKeeper
from shared.files.pictures import BrokenPicture, stripped
from shared.rules.pack.model import DataClass
from shared.web.file_kinds import refuse_file, shown_name, type_of
from shared.web.uploads import Upload

log = structlog.get_logger()
AT_ONCE = 100  # pictures a transaction
STAYS_UNNAMED = KEPT_FOR  # while a request's key is known, its record may still come


@dataclass(frozen=True, slots=True)
class PictureTaker:
    """Takes pictures in."""

    files: FileKeeper
    pictures: SqlPictures = field(default_factory=SqlPictures)
    claims: SqlRecordClaims = field(default_factory=SqlRecordClaims)

    def take(
        self, work: Work, town: str, upload: Upload, who: ActingPerson, claim: RecordClaim | None
    ) -> RecordPicture:
        """Keep a picture, without what its camera wrote beside it; return what is known of it.

        Args:
            claim: of the request; sent again, it gets the picture that it brought.

        Raises:
            Problem: it is none that is taken, is broken, or its key came with another.
        """
        if claim is not None and (known := self._known(work, town, claim)) is not None:
            return known
        if no := refuse_file(upload.content, upload.media_type, kinds=KINDS):
            raise no
        kind = type_of(upload.content) or ""
        content = _clean(upload.content, kind)
        picture = RecordPicture(
            id=work.new_id(),
            town=town,
            unit=who.unit,
            person=who.person,
            name=shown_name(upload.name, kind),
            type=kind,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_at=work.at,
        )
        self.files.keep(picture.id, content)  # before the commit: what is listed can always be had
        self.pictures.add(work, picture)
        if claim is not None:
            self.claims.keep(work, claim, picture.id)
        return picture

    def _known(self, work: Work, town: str, claim: RecordClaim) -> RecordPicture | None:
        before = self.claims.known(work, claim)
        if before is None:
            return None
        if before.body_hash != claim.body_hash:
            raise refusal("key-reused", {"field": "Idempotency-Key"})
        return self.pictures.find(work.conn, town, before.record)


def _clean(content: bytes, kind: str) -> bytes:
    try:
        return stripped(content, kind)
    except BrokenPicture as wrong:
        raise refusal("picture-broken", {"field": "file"}) from wrong


@dataclass(frozen=True, slots=True)
class PictureForgetter:
    """The duties 'forget pictures that nobody named' and 'erase pictures': some at a time."""

    store: Store
    rules: TownRules
    files: FileKeeper
    pictures: SqlPictures = field(default_factory=SqlPictures)

    def forget_unnamed(self, limit: int) -> int:
        """Remove pictures whose record never came; return how many."""
        with self.store.begin() as work:
            found = self.pictures.unnamed(work.conn, work.at - STAYS_UNNAMED, min(limit, AT_ONCE))
            for picture in self.pictures.held(work, (each.id for each in found)).values():
                if picture.record is None:
                    self.files.remove(picture.id)
                    self.pictures.forget(work, picture)
        return len(found)

    def next_unnamed(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one is to be removed."""
        oldest = self.pictures.oldest_unnamed(conn)
        return oldest + STAYS_UNNAMED if oldest else None

    def erase_old(self, limit: int) -> int:
        """Erase pictures that their town keeps no longer; return how many.

        In a simulated store years pass in a moment and people look at it whole: nothing goes by itself there.
        """
        with self.store.read() as conn:
            if self.store.is_simulated(conn):
                return 0
            now = self.store.now(conn)
        return self.erase_due(now, limit)

    def erase_due(self, now: datetime, limit: int) -> int:
        """Erase what their towns keep no longer at an instant; return how many."""
        with self.store.read() as conn:
            kept = {town: self._keeps(conn, town, now) for town in self.pictures.towns(conn)}
        return sum(self._erase(town, now - span, limit) for town, span in kept.items() if span is not None)

    def _keeps(self, conn: sa.Connection, town: str, now: datetime) -> timedelta | None:
        rules = self.rules.in_force(conn, town, now)
        period = rules.pack.retention.get(DataClass.ATTACHMENTS) if rules else None
        return period.keep if period else None

    def _erase(self, town: str, before: datetime, limit: int) -> int:
        with self.store.begin() as work:
            found = self.pictures.kept_since(work.conn, town, before, min(limit, AT_ONCE))
            for picture in self.pictures.held(work, (each.id for each in found)).values():
                if picture.erased_at is None:
                    self.files.remove(picture.id)
                    self.pictures.erase(work, picture)
        if found:
            log.info("pictures-erased", town=town, pictures=len(found))
        return len(found)
