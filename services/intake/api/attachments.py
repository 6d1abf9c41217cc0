"""Photographs and documents of a case: known by content, stored under generated names, given back inertly."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.claiming import KEY_HEADER, claimed
from services.intake.api.outputs import AttachmentView
from services.intake.api.request_context import ACTORS, RequestContext, actor
from services.intake.api.views import attachment_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.receipts import KeptResult
from services.intake.domain.records import AttachedFile
from services.intake.domain.refusal import refusal
from services.intake.handlers.attachments import FileAttacher
from services.intake.handlers.once import Once
from services.intake.store.reading import find_file
from shared.db.work import Work
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.file_kinds import ENDINGS
from shared.web.routes import answers, describe, mount
from shared.web.uploads import FILE, described_body, described_file, inert_file, read_upload


@dataclass(frozen=True, slots=True)
class AttachmentRoutes:
    """Files of a case."""

    context: RequestContext
    attacher: FileAttacher
    once: Once

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        files = "/v1/towns/<town>/cases/<case>/attachments"
        mount(blueprint, "POST", files, self.attach)
        mount(blueprint, "GET", f"{files}/<attachment>", self.download)

    @require(*ACTORS)
    @describe(requestBody=described_body(ENDINGS), parameters=[KEY_HEADER])
    @answers(201, AttachmentView)
    def attach(self, town: str, case: str) -> Response:
        """Attach a file to a case: JPEG, PNG, WebP, PDF or MP4, at most 10 MiB; with a key once."""
        # Looked for before the file is read: whoever may not see the case must not make the service take one in.
        with self.context.store.read() as conn:
            self.context.case(conn, town, case)
        upload = read_upload()
        claim = claimed(town, [case, upload.name, sha256(upload.content).hexdigest()])
        with self.context.store.begin() as work:
            before = self.once.known(work, claim)
            found = self.context.case_to_change(work, town, case)
            attached = self._attached_before(work, found, before) if before else None
            if attached is None:
                attached = self.attacher.attach(work, found, actor(), upload)
                self.once.done(work, claim, [KeptResult(file=attached.id)])
        return json_answer(attachment_view(attached), 201)

    def _attached_before(self, work: Work, case: Case, before: Sequence[KeptResult]) -> AttachedFile | None:
        """What the same request attached the first time."""
        return find_file(work.conn, case.id, str(before[0].file))

    @require(*ACTORS)
    @describe(responses={"200": described_file(ENDINGS)})
    @answers(200, FILE, content_type=next(iter(ENDINGS)))
    def download(self, town: str, case: str, attachment: str) -> Response:
        """Give an attached file back, to be saved and not to be shown."""
        with self.context.store.read() as conn:
            found = self.context.case(conn, town, case)
            file = find_file(conn, found.id, attachment) if _may_read(found) else None
        if file is None:
            raise unknown("attachment", attachment)
        if file.erased_at is not None:
            raise refusal("attachment-erased")
        return inert_file(self.attacher.attachments.read(file.id), file.type, file.name)


def _may_read(case: Case) -> bool:
    """Members of the public read the files of their own report, not those of another one on the same matter."""
    return actor().role != REPORTER or actor().person == case.reporter
