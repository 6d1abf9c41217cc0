"""What intake keeps of others' facts: clocks, notifications, jurisdictions.

Decides what of them stands on the case itself: open clocks, the next due instant, whether any is breached.
"""

from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.messages.answers import clock_row, notice_row, open_clocks
from services.intake.ports.case_file import CaseFile
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.service import Refused

_OF_CLOCKS = (
    "clock", "stage", "state", "verdict", "round", "due_at", "label", "provisional", "escalation", "to",
    "mark", "was", "reason", "at",
)  # fmt: skip
_SLA, _NOTIFY = Actor("sla"), Actor("notify")


class CopyKeeper:
    """Takes what sla, notify and registry say.

    Args:
        jurisdictions: the table of this service's copy of the tree.
    """

    def __init__(self, files: CaseFile, jurisdictions: sa.Table) -> None:
        self._files = files
        self._jurisdictions = jurisdictions

    def on_clock(self, work: Work, message: Envelope) -> None:
        """Keep a clock as it now stands; its earlier states stay in the history."""
        case = self._case(work, message)
        row = clock_row(message)
        self._files.keep_clock(work, row)
        case.clocks = open_clocks(case, row)
        case.due_at = min(_due_instants(case), default=None)
        case.breached = any(state == "breached" for _, state, _ in case.clocks.values())
        data = {
            name: message.data[name] for name in _OF_CLOCKS if message.data.get(name) not in (None, [], {})
        }
        self._files.record(work, case, message.type, _SLA, data)
        self._files.keep(work, case)

    def on_notification(self, work: Work, message: Envelope) -> None:
        """Keep what became of a notification."""
        case = self._case(work, message)
        self._files.keep_notice(work, notice_row(message))
        kept = ("notification", "on", "party", "unit", "person", "via", "channel", "cause", "reason", "at")
        data = {name: message.data[name] for name in kept if message.data.get(name) is not None}
        self._files.record(work, case, message.type, _NOTIFY, data)
        self._files.keep(work, case)

    def on_jurisdiction_changed(self, work: Work, message: Envelope) -> None:
        """Keep a node of the tree."""
        data = message.data
        row = {"key": data["key"], "part_of": data.get("part_of"), "name": data["name"], "as_of": message.at}
        work.rows(self._jurisdictions).put(row)

    def _case(self, work: Work, message: Envelope) -> Case:
        case = self._files.find(work, message.data["case"])
        if case is None:
            raise Refused("unknown-case", str(message.data["case"]))
        return case


def _due_instants(case: Case) -> list[datetime]:
    return [datetime.fromisoformat(due) for _, _, due in case.clocks.values() if due]
