"""Photographs and documents of a case: known by content, stored under generated names, given back inertly."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from flask import Response, request
from flask_smorest import Blueprint

from services.intake.api.claiming import KEY_HEADER, claimed
from services.intake.api.outputs import AttachmentView
from services.intake.api.request_context import ACTORS, RequestContext, actor
from services.intake.api.views import attachment_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.files import ENDINGS, LARGEST
from services.intake.domain.receipts import KeptResult
from services.intake.domain.records import AttachedFile
from services.intake.domain.refusal import refusal
from services.intake.handlers.attachments import FileAttacher, Upload
from services.intake.handlers.once import Once
from services.intake.store.reading import find_file
from shared.db.work import Work
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.body_length import allow_body
from shared.web.routes import answers, describe, mount

_FRAME = 64 * 2**10  # what multipart adds around the file
_FILE = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_ENCODING = {"file": {"contentType": ", ".join(ENDINGS)}}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM, "encoding": _ENCODING}}}
_FOUND = {"description": "The file", "content": {kind: {"schema": _FILE} for kind in ENDINGS}}


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
    @describe(requestBody=_BODY, parameters=[KEY_HEADER])
    @answers(201, AttachmentView)
    def attach(self, town: str, case: str) -> Response:
        """Attach a file to a case: JPEG, PNG, WebP, PDF or MP4, at most 10 MiB; with a key once."""
        # Looked for before the file is read: whoever may not see the case must not make the service take one in.
        with self.context.store.read() as conn:
            self.context.case(conn, town, case)
        upload = _upload()
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
    @describe(responses={"200": _FOUND})
    @answers(200, _FILE, content_type=next(iter(ENDINGS)))
    def download(self, town: str, case: str, attachment: str) -> Response:
        """Give an attached file back, to be saved and not to be shown."""
        with self.context.store.read() as conn:
            found = self.context.case(conn, town, case)
            file = find_file(conn, found.id, attachment) if _may_read(found) else None
        if file is None:
            raise unknown("attachment", attachment)
        if file.erased_at is not None:
            raise refusal("attachment-erased")
        # A stranger's file: a browser that shows it all the same must run nothing of it in the house's name.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return Response(self.attacher.attachments.read(file.id), content_type=file.type, headers=headers)


def _may_read(case: Case) -> bool:
    """Members of the public read the files of their own report, not those of another one on the same matter."""
    return actor().role != REPORTER or actor().person == case.reporter


def _upload() -> Upload:
    """Read the form's file, and no more of it than tells that it is too large."""
    allow_body(LARGEST + _FRAME)
    file = request.files.get("file")
    if file is None:
        raise refusal("file-missing", {"field": "file"})
    with closing(file):
        return Upload(file.stream.read(LARGEST + 1), file.mimetype, file.filename or "")
