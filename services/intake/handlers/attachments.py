"""Attaching files to a case.

Decides the order: a file lies under its name before anybody knows of it, so that whoever knows of one can have it.
"""

import hashlib
from dataclasses import dataclass

from services.intake.domain.case import Case
from services.intake.domain.entries import FileEntry
from services.intake.domain.milestones import endings_of
from services.intake.domain.records import AttachedFile
from services.intake.domain.refusal import refusal
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.reading import files_of
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.files.keeping import FileKeeper
from shared.web.file_kinds import refuse_file, shown_name, type_of
from shared.web.uploads import Upload


@dataclass(frozen=True, slots=True)
class FileAttacher:
    """Attaches files within a transaction."""

    files: SqlCaseFile
    attachments: FileKeeper

    def attach(self, work: Work, case: Case, actor: Actor, upload: Upload) -> AttachedFile:
        """Attach a file and return what is known of it.

        Raises:
            Refusal: `case-ended`.
            Problem: the file is none that is taken; see `shared.web.file_kinds.refuse_file`.
        """
        if ended := endings_of(case):
            raise refusal("case-ended", state=", ".join(ended))
        # Counted under the case's lock: two uploads at once can't both be the last that is allowed.
        already = len(files_of(work.conn, case.id))
        if no := refuse_file(upload.content, upload.media_type, already):
            raise no
        file = _file(work, case, upload)
        self.attachments.keep(file.id, upload.content)  # before the commit: what is listed can always be had
        self.files.attach(work, file)
        entry = FileEntry(file.id, file.type, file.size, file.sha256)
        self.files.record(work, case, "attached", actor, entry)
        self.files.keep(work, case)
        return file


def _file(work: Work, case: Case, upload: Upload) -> AttachedFile:
    media_type = type_of(upload.content) or ""
    return AttachedFile(
        id=work.new_id(),
        case_id=case.id,
        town=case.town,
        name=shown_name(upload.name, media_type),
        type=media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        attached_at=work.at,
    )
