"""Who reported: each reading is recorded in the case, and an erasure in every case of that person.

Decides that a reading is on record before anybody has read. Who may read is the caller's to know.
"""

from dataclasses import dataclass

from msgspec import Struct
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
from shared.obs.audit import audited
from shared.web.callers import Caller


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

    def read(self, work: Work, case: Case, by: Caller) -> ReporterIdentity | None:
        """Return who reported a case, and record that it was read; None where nobody is known.

        Args:
            by: whoever reads it, a person.

        Raises:
            Refusal: `identity-erased`.
            ValueError: it was sealed with another secret.
        """
        found = identity_of(work.conn, case.town, case.reporter) if case.reporter else None
        if found is None:
            return None
        if found.sealed is None:
            raise refusal("identity-erased")
        note_reading(self.files, work, case, by, ReporterEntry(found.ref, by.token, by.client))
        return ReporterIdentity(found.ref, self.seal.open(found.sealed))

    def erase(self, work: Work, town: str, ref: str, by: Caller) -> bool:
        """Erase a person's identity for good, and record it in each case; tell whether one was known.

        The seal alone goes: reference and chains stay whole, and nobody can say any more who that was.
        """
        known = identity_of(work.conn, town, ref)
        if known is None:
            return False
        erased: SealedIdentity = replace(known, sealed=None, erased_at=work.at)
        self.files.keep_identity(work, erased, is_new=False)
        self._note(work, town, ref, by)
        return True

    def _note(self, work: Work, town: str, ref: str, by: Caller) -> None:
        entry = ReporterEntry(ref, by.token, by.client)
        reported = cases_reported_by(work.conn, town, ref)
        # Locked all at once, in the order of their ids: one by one they could cross with a batch of messages.
        self.files.prefetch(work, reported)
        for key in reported:
            case = self.files.find(work, key)
            if case is not None:
                self.files.record(work, case, "identity-erased", actor_of(by), entry)
                self.files.keep(work, case)


def note_reading(
    files: SqlCaseFile, work: Work, case: Case, by: Caller, entry: ReporterEntry, *beside: Struct
) -> None:
    """Record in the case, and once that is durable in the log, that an identity is read.

    Args:
        beside: what else the entry says of it.
    """
    files.record(work, case, "identity-read", actor_of(by), entry, *beside)
    files.keep(work, case)
    work.after_commit(
        lambda: audited(
            "identity-read", town=case.town, reference=entry.reporter, case=case.id, client=by.client
        )
    )


def actor_of(by: Caller) -> Actor:
    """Return a caller as somebody who acts."""
    return Actor(by.role.value, by.unit, by.person)
