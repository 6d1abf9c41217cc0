"""Who reported: each reading is recorded in the case, and an erasure in every case of that person.

Decides that a reading is on record before anybody has read. Who may read is the caller's to know.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from services.intake.adapters.seal import IdentitySeal
from services.intake.domain.case import Case
from services.intake.domain.entries import ReporterEntry
from services.intake.domain.records import SealedIdentity
from services.intake.domain.refusal import refusal
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.reading import cases_reported_by, identity_of
from shared.contracts.messages import Actor
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class ReporterIdentity:
    """Who reported, in clear: name, phone and the like by their names."""

    ref: str
    identity: dict[str, str]


@dataclass(frozen=True, slots=True)
class IdentityKeeper:
    """Opens and erases sealed identities within a transaction."""

    files: SqlCaseFile
    seal: IdentitySeal

    def read(self, work: Work, case: Case, actor: Actor) -> ReporterIdentity | None:
        """Return who reported a case, and record that it was read; None where nobody is known.

        Raises:
            Refusal: `identity-erased`.
            ValueError: it was sealed with another secret.
        """
        found = identity_of(work.conn, case.town, case.reporter) if case.reporter else None
        if found is None:
            return None
        if found.sealed is None:
            raise refusal("identity-erased")
        self.files.record(work, case, "identity-read", actor, ReporterEntry(found.ref))
        self.files.keep(work, case)
        return ReporterIdentity(found.ref, self.seal.open(found.sealed))

    def erase(self, work: Work, town: str, ref: str, actor: Actor) -> bool:
        """Erase a person's identity for good, and record it in each case; tell whether one was known.

        The seal alone goes: reference and chains stay whole, and nobody can say any more who that was.
        """
        known = identity_of(work.conn, town, ref)
        if known is None:
            return False
        erased: SealedIdentity = replace(known, sealed=None, erased_at=work.at)
        self.files.keep_identity(work, erased, is_new=False)
        self._note(work, town, ref, actor)
        return True

    def _note(self, work: Work, town: str, ref: str, actor: Actor) -> None:
        reported = cases_reported_by(work.conn, town, ref)
        # Locked all at once, in the order of their ids: one by one they could cross with a batch of messages.
        self.files.prefetch(work, reported)
        for key in reported:
            case = self.files.find(work, key)
            if case is not None:
                self.files.record(work, case, "identity-erased", actor, ReporterEntry(ref))
                self.files.keep(work, case)
