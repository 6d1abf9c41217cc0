"""Photographs and documents of a case: known by content, stored under generated names, given back inertly."""

import hashlib
from contextlib import closing
from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_smorest import Blueprint

from services.intake.api.desk import ACTORS, Desk, actor
from services.intake.api.outputs import AttachmentView
from services.intake.api.views import attachment_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.files import LARGEST, refuse_file, shown_name, type_of
from services.intake.domain.milestones import ENDED
from services.intake.domain.refusal import refusal
from services.intake.store import tables
from services.intake.store.reading import find_attachment, of_case
from shared.db.work import Work
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.routes import answers, describe, mount

_FRAME = 64 * 2**10  # what multipart adds around the file
_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}


class AttachmentRoutes:
    """Files of a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        files = "/v1/towns/<town>/cases/<case>/attachments"
        mount(blueprint, "POST", files, self.attach)
        mount(blueprint, "GET", f"{files}/<attachment>", self.download)

    @require(*ACTORS)
    @describe(requestBody=_BODY)
    @answers(201, AttachmentView)
    def attach(self, town: str, case: str) -> Response:
        """Attach a file to a case: JPEG, PNG, WebP, PDF or MP4, at most 10 MiB."""
        with (
            self._desk.store.read() as conn
        ):  # before the file is read: whoever may not see the case sends in vain
            self._desk.case(conn, town, case)
        content, said, name = _upload()
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            row = self._keep(work, found, content, said, name)
        return json_answer(attachment_view(row), 201)

    @require(*ACTORS)
    @answers(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
    def download(self, town: str, case: str, attachment: str) -> Response:
        """Give an attached file back, to be saved and not to be shown."""
        with self._desk.store.read() as conn:
            found = self._desk.case(conn, town, case)
            row = find_attachment(conn, found.id, attachment) if _may_read(found) else None
        if row is None:
            raise unknown("attachment", attachment)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row['name'])}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return Response(self._desk.attachments.read(row["id"]), content_type=row["type"], headers=headers)

    def _keep(self, work: Work, case: Case, content: bytes, said: str, name: str) -> dict[str, Any]:
        if ended := ENDED & case.marks.keys():
            raise refusal("case-ended", state=", ".join(ended))
        already = len(of_case(work.conn, tables.attachments, case.id))
        if no := refuse_file(content, said, already):
            raise no
        row = _row(work, case, content, name)
        self._desk.attachments.keep(row["id"], content)  # before the commit: a row always has its file
        work.rows(tables.attachments).add(row)
        data = {name: row[name] for name in ("id", "type", "size", "sha256")}
        self._desk.files.record(work, case, "attached", actor(), data)
        self._desk.files.keep(work, case)
        return row


def _may_read(case: Case) -> bool:
    """Members of the public read the files of their own report, not those of another one on the same matter."""
    return actor().role != REPORTER or actor().person == case.reporter


def _row(work: Work, case: Case, content: bytes, name: str) -> dict[str, Any]:
    kind = type_of(content) or ""
    return {
        "id": work.new_id(),
        "case_id": case.id,
        "town": case.town,
        "name": shown_name(name, kind),
        "type": kind,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "attached_at": work.at,
    }


def _upload() -> tuple[bytes, str, str]:
    request.max_content_length = LARGEST + _FRAME
    file = request.files.get("file")
    if file is None:
        raise refusal("file-missing", {"field": "file"})
    with closing(file):
        return file.stream.read(LARGEST + 1), file.mimetype, file.filename or ""
