"""Reading who reported cases that are given away: some hundred at a time.

Decides that each reading is on record in its case before anything goes out. Who may have identities is the caller's to
know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from services.intake.adapters.seal import IdentitySeal
from services.intake.domain.case import Case
from services.intake.domain.entries import ReporterEntry
from services.intake.handlers.identities import note_reading
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.reading import identities_of
from shared.db.store import Store
from shared.db.work import Work
from shared.web.callers import Caller


class ReadByExport(Struct, frozen=True):
    """What the entry of a reading says beside the reporter: that it was an export."""

    by: str = "export"


@dataclass(frozen=True, slots=True)
class IdentityReader:
    """Reads who reported cases that are given away; each reading is recorded in the case before it goes out."""

    store: Store
    files: SqlCaseFile
    seal: IdentitySeal

    def read(
        self, town: str, cases: Sequence[Case], reader: Caller, trace: str
    ) -> Mapping[str, Mapping[str, str]]:
        """Return identities by case; cases of nobody, and of whom the identity was erased, are left out.

        Args:
            reader: a person.
            trace: place of the request in its trace, for what the recording causes.
        """
        known = {case.id: case.reporter for case in cases if case.reporter}
        with self.store.begin() as work:
            work.trace = trace
            self.files.prefetch(work, known)
            found = identities_of(work.conn, town, known.values())
            sealed = {
                case: identity.sealed
                for case, reporter in known.items()
                if (identity := found.get(reporter)) and identity.sealed is not None
            }
            self._note(work, sealed, reader)
        # After the commit: a process that dies here has recorded a reading that nobody got, and never the reverse.
        return {case: self.seal.open(closed) for case, closed in sealed.items()}

    def _note(self, work: Work, read: Mapping[str, bytes], reader: Caller) -> None:
        for key in read:
            case = self.files.find(work, key)
            if case is not None and case.reporter is not None:
                entry = ReporterEntry(case.reporter, reader.token, reader.client)
                note_reading(self.files, work, case, reader, entry, ReadByExport())
