"""What is posted of people: entered on purpose, sealed where it lies, gone when they are forgotten."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from msgspec import json

from services.registry.domain.plates import LARGEST_PHOTO, Photo, SealedPhoto, check_plate
from services.registry.domain.refusals import refusal
from services.registry.store.people import SqlMembers
from services.registry.store.teams import SqlPlates
from shared.contracts.sealed import Sealer
from shared.db.store import Store
from shared.files.pictures import STRIPPED, BrokenPicture, stripped
from shared.rules.teams.known import PostedPerson
from shared.web.file_kinds import refuse_file, type_of
from shared.web.uploads import Upload


@dataclass(frozen=True, slots=True)
class Plates:
    """Keeps plates.

    Args:
        seal: a key of its own: whatever opens what is posted opens no identity.
    """

    store: Store
    plates: SqlPlates
    members: SqlMembers
    seal: Sealer

    def set(self, town: str, person: str, plate: PostedPerson, *, by: str | None) -> None:
        """Keep what is posted of somebody.

        Raises:
            Problem: `unknown-person` or `bad-phone`.
        """
        sealed = self.seal.seal(json.encode(check_plate(plate)).decode())
        with self.store.begin() as work:
            if not self.members.places_of(work, town, person):
                raise refusal("unknown-person")
            self.plates.put(work, town, person, sealed, by)

    def take_down(self, town: str, person: str) -> None:
        """Have nothing posted of somebody any more."""
        with self.store.begin() as work:
            self.plates.erase(work, town, person)

    def set_photo(self, town: str, person: str, upload: Upload, *, by: str | None) -> str:
        """Keep the photo of a plate, without what its camera wrote beside it; return its id.

        Raises:
            Problem: `no-plate`, or it is no picture that is taken.
        """
        if no := refuse_file(upload.content, upload.media_type, kinds=STRIPPED, largest=LARGEST_PHOTO):
            raise no
        kind = type_of(upload.content) or ""
        sealed = self.seal.seal(base64.b64encode(_clean(upload.content, kind)).decode())
        with self.store.begin() as work:
            if not self.plates.of(work.conn, town, [person]):
                raise refusal("no-plate")
            photo = SealedPhoto(work.new_id(), kind, sealed)
            self.plates.put_photo(work, town, person, photo, by)
        return photo.id

    def take_photo_down(self, town: str, person: str) -> None:
        """Have no photo posted of somebody any more."""
        with self.store.begin() as work:
            self.plates.erase_photo(work, town, person)

    def photo(self, conn: sa.Connection, town: str, id_: str) -> Photo | None:
        """Return a photo by its id; None: there is none, or no longer."""
        found = self.plates.photo(conn, town, id_)
        return None if found is None else Photo(found.type, base64.b64decode(self.seal.open(found.sealed)))

    def of(self, conn: sa.Connection, town: str, people: Iterable[str]) -> dict[str, PostedPerson]:
        """Return what is posted of those of these people of whom anything is."""
        wanted = list(people)
        found, photos = self.plates.of(conn, town, wanted), self.plates.photos_of(conn, town, wanted)
        return {
            person: replace(
                json.decode(self.seal.open(sealed), type=PostedPerson),
                has_photo=person in photos,
                photo=photos.get(person, ""),
            )
            for person, sealed in found.items()
        }


def _clean(content: bytes, kind: str) -> bytes:
    try:
        return stripped(content, kind)
    except BrokenPicture as wrong:
        raise refusal("photo-broken") from wrong
