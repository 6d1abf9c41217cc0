"""Linked cases: a matter passed up, down or across, with its own edition and clocks there, accountable here.

Decides what flows back: when the linked case ends or is settled, the origin's file says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case, LinkedCase
from services.intake.domain.change import LinkToOpen
from services.intake.domain.entries import LinkFailedEntry, LinkMovedEntry
from services.intake.domain.refusal import Refusal
from services.intake.handlers.admit import Admitter
from services.intake.handlers.emitting import raise_alarm
from services.intake.store.case_file import SqlCaseFile
from shared.db.work import Work
from shared.flow.service import TryLater

FAILED = "linked-case-failed"


@dataclass(frozen=True, slots=True)
class Linker:
    """Opens linked cases and brings their progress back."""

    files: SqlCaseFile
    admitter: Admitter

    def open_all(self, work: Work, case: Case, links: Sequence[LinkToOpen]) -> None:
        """Open a case in each jurisdiction; where none can be opened, the operator is alarmed."""
        if links:
            work.reach_everywhere()
        for link in links:
            self._open(work, case, link)
        if links:
            self.files.keep(work, case)

    def _open(self, work: Work, case: Case, link: LinkToOpen) -> None:
        try:
            opened = self.admitter.link(work, case, link)
        except (Refusal, TryLater) as no:
            # `TryLater` too: the origin was written to by now, and rows are not taken back when a message is put off.
            self._fail(work, case, link.jurisdiction, no.code if isinstance(no, Refusal) else no.reason)
            return
        linked = LinkedCase(link.jurisdiction, opened.id, opened.number, opened.state)
        case.linked = (*case.linked, linked)
        self.files.record(work, case, "linked-case-opened", PLATFORM, linked)

    def _fail(self, work: Work, case: Case, jurisdiction: str, cause: str) -> None:
        case.linked = (*case.linked, LinkedCase(jurisdiction, None, None, cause))
        self.files.record(work, case, FAILED, PLATFORM, LinkFailedEntry(jurisdiction, cause))
        raise_alarm(work, case, FAILED, {"jurisdiction": jurisdiction, "cause": cause})

    def flow_back(self, work: Work, case: Case) -> None:
        """Tell the origin of a linked case how far it has come."""
        if case.linked_from:
            work.reach_everywhere()
        origin = self.files.find(work, case.linked_from) if case.linked_from else None
        # Every step and answer comes by here; only a new state is worth an entry in the origin's history.
        if origin is None or all(link.case != case.id or link.state == case.state for link in origin.linked):
            return
        origin.linked = tuple(
            replace(link, state=case.state) if link.case == case.id else link for link in origin.linked
        )
        moved = LinkMovedEntry(case.id, case.number, case.state)
        self.files.record(work, origin, "linked-case-moved", PLATFORM, moved)
        self.files.keep(work, origin)
