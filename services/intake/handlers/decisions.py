"""Taking routing's answers: the decision is kept, work orders go out, one message tells of it.

Decides which answers take effect: the one to the case's latest question. Earlier ones are kept as overtaken.
"""

from typing import Any

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.decisions import AUTOMATIC, consequences_of_decision, consequences_of_return
from services.intake.domain.milestones import ENDED
from services.intake.domain.redecision import moved, without_news
from services.intake.handlers.carry_out import Act, Carrier, raise_alarm
from services.intake.handlers.links import Linker
from services.intake.handlers.redecide import Redecider
from services.intake.messages.answers import decision_row
from services.intake.ports.case_file import CaseFile
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.flow.service import Refused
from shared.rules.pack.model import Pack


class DecisionTaker:
    """Takes `case.routed` and `case.unroutable`."""

    def __init__(
        self,
        files: CaseFile,
        shelf: PackShelf,
        carrier: Carrier,
        linker: Linker,
        redecider: Redecider | None = None,
    ) -> None:
        self._redecider = redecider
        self._files = files
        self._shelf = shelf
        self._carrier = carrier
        self._linker = linker

    def on_routed(self, work: Work, message: Envelope) -> None:
        """Put a decision into effect."""
        self._take(work, message, message.data["acceptance"])

    def on_unroutable(self, work: Work, message: Envelope) -> None:
        """Give the case to the fallback owner and raise an alarm."""
        self._take(work, message, None)

    def _take(self, work: Work, message: Envelope, acceptance: str | None) -> None:
        case = self._files.find(work, message.data["case"])
        if case is None:
            raise Refused("unknown-case", str(message.data["case"]))
        pack = self._shelf.of(work, work.flow.editions, case.edition)
        row = decision_row(message, case, in_effect=_is_awaited(case, message))
        self._files.keep_decision(work, row)
        before = case.assignment
        if row["in_effect"] and row["assignment"]:
            change = _change(pack, case, row, acceptance or pack.acceptance)
            _note(case, row)
            accepted = (acceptance or pack.acceptance) == AUTOMATIC
            act = Act(
                "decided", PLATFORM, change, data=_entry(row), accepted=accepted, reason=row["returned"]
            )
            self._carrier.carry_out(work, pack, case, act)
        else:
            _note(case, row)
            self._files.record(work, case, "decided", PLATFORM, _entry(row))
        if self._redecider is not None and (row["in_effect"] or ENDED & case.marks.keys()):
            self._redecider.on_answer(work, case, before, counts=row["in_effect"])
        if row["in_effect"] and row["kind"] == "unroutable":
            _alarm(work, case, row["cause"])
        self._linker.open_all(
            work, case, [(row["pass_to"], {})] if row["pass_to"] and row["in_effect"] else []
        )
        self._linker.flow_back(work, case)
        self._files.keep(work, case)


def _change(pack: Pack, case: Case, row: dict[str, Any], acceptance: str) -> Change:
    if row["returned"]:
        return consequences_of_return(case, row["assignment"], row["reason"]["rule"])
    change = consequences_of_decision(pack, case, row["assignment"], acceptance)
    is_as_before = case.redecision is not None and not moved(case.assignment, row["assignment"])
    return without_news(case, change) if is_as_before else change


def _alarm(work: Work, case: Case, cause: str) -> None:
    """Have the operator hear of a case that no rule routes, or on which the evaluators differ."""
    code = cause if cause == "disagreement" else "unroutable"
    raise_alarm(work, case, code, {"cause": cause, "about": "routing"})


def _is_awaited(case: Case, message: Envelope) -> bool:
    answers: int = message.data["answers_sequence"]
    return case.awaiting is not None and answers >= case.awaiting and not ENDED & case.marks.keys()


def _note(case: Case, row: dict[str, Any]) -> None:
    case.decisions = row["n"]
    if row["in_effect"]:
        case.awaiting = None
        case.flagged, case.fallback = row["flagged"], row["fallback"]


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("kind", "in_effect", "assignment", "acceptance", "reason", "cause", "evaluator", "pass_to",
            "returned")  # fmt: skip
    return {"decision": row["n"], **{name: row[name] for name in kept}}
