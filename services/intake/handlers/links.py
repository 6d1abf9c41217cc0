"""Linked cases: a matter passed up or across, with its own edition and clocks there, accountable here.

Decides what flows back: when the linked case ends or is settled, the origin's file says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case, Value
from services.intake.domain.refusal import Refusal
from services.intake.handlers.admit import Admitter
from services.intake.handlers.carry_out import raise_alarm
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.service import TryLater

Links = Sequence[tuple[str, Mapping[str, Value]]]


@dataclass(frozen=True, slots=True)
class Linker:
    """Opens linked cases and brings their progress back."""

    files: CaseFile
    admitter: Admitter

    def open_all(self, work: Work, case: Case, links: Links) -> None:
        """Open a case in each jurisdiction; where none can be opened, the operator is alarmed."""
        for jurisdiction, facts in links:
            self._open(work, case, jurisdiction, facts)
        if links:
            self.files.keep(work, case)

    def _open(self, work: Work, case: Case, jurisdiction: str, facts: Mapping[str, Value]) -> None:
        try:
            opened = self.admitter.link(work, case, jurisdiction, facts)
        except (Refusal, TryLater) as no:
            self._alarm(work, case, jurisdiction, no)
            return
        linked = {
            "jurisdiction": jurisdiction,
            "case": opened.id,
            "number": opened.number,
            "state": opened.state,
        }
        case.linked = [*case.linked, linked]
        self.files.record(work, case, "linked-case-opened", PLATFORM, linked)

    def _alarm(self, work: Work, case: Case, jurisdiction: str, no: Refusal | TryLater) -> None:
        why = no.code if isinstance(no, Refusal) else no.reason
        case.linked = [
            *case.linked,
            {"jurisdiction": jurisdiction, "case": None, "number": None, "state": why},
        ]
        self.files.record(
            work, case, "linked-case-failed", PLATFORM, {"jurisdiction": jurisdiction, "cause": why}
        )
        raise_alarm(work, case, "linked-case-failed", {"jurisdiction": jurisdiction, "cause": why})

    def flow_back(self, work: Work, case: Case) -> None:
        """Tell the origin of a linked case how far it has come."""
        origin = self.files.find(work, case.linked_from) if case.linked_from else None
        if origin is None or all(
            link["case"] != case.id or link["state"] == case.state for link in origin.linked
        ):
            return
        origin.linked = [
            {**link, "state": case.state} if link["case"] == case.id else link for link in origin.linked
        ]
        data = {"case": case.id, "number": case.number, "state": case.state}
        self.files.record(work, origin, "linked-case-moved", PLATFORM, data)
        self.files.keep(work, origin)
