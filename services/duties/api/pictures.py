"""Pictures of records: handed in before the record that names them, given back to whoever may see it."""

from dataclasses import dataclass
from hashlib import sha256

from flask import Response
from flask_smorest import Blueprint

from services.duties.api.claiming import KEY_HEADER, claimed
from services.duties.api.context import DutiesContext
from services.duties.api.occurrences import WORKERS
from services.duties.api.outputs import PictureView
from services.duties.api.views import picture_view
from services.duties.domain.picture import KINDS
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_see
from services.duties.handlers.keeping import RecordKeeper
from services.duties.handlers.picturing import PictureTaker
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.routes import answers, describe, mount
from shared.web.uploads import FILE, described_body, described_file, inert_file, read_upload


@dataclass(frozen=True, slots=True)
class PictureRoutes:
    """Pictures of records."""

    context: DutiesContext
    keeper: RecordKeeper
    taker: PictureTaker

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/pictures", self.take)
        mount(blueprint, "GET", "/v1/towns/<town>/records/<record>/pictures/<picture>", self.read)

    @require(*WORKERS)
    @describe(requestBody=described_body(KINDS), parameters=[KEY_HEADER])
    @answers(201, PictureView)
    def take(self, town: str) -> Response:
        """Hand in a picture for a record that is to name it: JPEG, PNG or WebP, at most 10 MiB; with a key once.

        What cameras write beside a picture, such as where it was taken, is not kept. A picture that no record names
        within two days is removed.
        """
        upload = read_upload()
        claim = claimed(town, ["picture", upload.name, sha256(upload.content).hexdigest()])
        with self.context.store.begin() as work:
            self.context.in_force(work.conn, town)  # a town without rules has no form to name it
            taken = self.taker.take(work, town, upload, self.context.doer(work.conn, town), claim)
        return json_answer(picture_view(taken), 201)

    @require(*WORKERS)
    @describe(responses={"200": described_file(KINDS)})
    @answers(200, FILE, content_type=KINDS[0])
    def read(self, town: str, record: str, picture: str) -> Response:
        """Give a picture back to whoever may see a record that names it."""
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
            named_by = self.keeper.judge.records.get(conn, town, record)
            if named_by is None or not may_see(pack, pack.records.get(named_by.form), named_by, who):
                raise unknown("record", record)
            found = self.taker.pictures.find(conn, town, picture) if picture in named_by.pictures else None
        if found is None:
            raise unknown("picture", picture)
        if found.erased_at is not None:
            raise refusal("picture-erased")
        return inert_file(self.taker.files.read(found.id), found.type, found.name)
