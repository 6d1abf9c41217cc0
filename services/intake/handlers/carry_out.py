"""Carrying out a change: the case, its work orders, its history, and the one message that tells of it.

Decides nothing: the domain has decided. The same way for a person's step and for a decision of routing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.change import Change, OrderChange, apply, still_without_due
from services.intake.domain.milestones import ACCEPTED, message_type
from services.intake.domain.publishing import levels_of, levels_of_past, record
from services.intake.handlers.hiding import Hider
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack

_ENDS = frozenset({"declined", "done", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Act:
    """What is carried out, by whom, with which words.

    Args:
        texts: free texts that go into the case file only.
        data: further data for the history.
    """

    what: str
    by: Actor
    change: Change
    due_at: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    accepted: bool = False  # work orders count as accepted when they are issued
    reason: bool = False  # a reason stands elsewhere than in the texts, such as a rule's title
    at: datetime | None = None  # when it happened, where that was before it came here
    silent: bool = False  # nobody is told of it any more
    publishes: bool = True  # False: what it published is known from elsewhere


class Carrier:
    """Carries out changes within a transaction."""

    def __init__(self, files: CaseFile, hider: Hider) -> None:
        self._files = files
        self._hider = hider

    def carry_out(self, work: Work, pack: Pack, case: Case, act: Act) -> None:
        """Change the case and whatever hangs on it; keep all of it."""
        change, at = act.change, act.at or work.at
        apply(case, change, format_instant(at))
        case.extended_without_due = still_without_due(case, change, _has_due(pack, act))
        if ACCEPTED in change.reached:
            case.accepted_at = case.accepted_at or at
        case.facts = {**case.facts, **counted(pack, case.facts, change.reached)}
        moved = [self._order(work, case, order, act) for order in change.orders]
        case.orders = _open_orders(case, moved)
        self._record(work, case, act, moved)
        self._publish(work, pack, case, act)
        self._hider.hide(pack, case)
        self._tell(work, case, act, moved)
        self._files.keep(work, case)

    def look_again(self, pack: Pack, case: Case) -> None:
        """Ask the rules anew who may see a case that changed otherwise."""
        self._hider.hide(pack, case)

    def _tell(self, work: Work, case: Case, act: Act, moved: list[tuple[str, dict[str, Any]]]) -> None:
        change, at = act.change, act.at or work.at
        kinds = [effect.kind for effect in change.effects]
        type_ = message_type(change.reached, kinds, corrects=bool(change.corrections))
        data = words.step(case, change, act.by, at, act.due_at, bool(act.texts) or act.reason)
        say(work, case, type_, {**data, "silent": True} if act.silent else data)
        if change.ask_decision:
            case.awaiting = case.said
        for state, row in moved:
            say(work, case, f"work_order.{state}", words.work_order(row, at))

    def _order(self, work: Work, case: Case, move: OrderChange, act: Act) -> tuple[str, dict[str, Any]]:
        at = act.at or work.at
        if move.state == "issued":
            row = _issued(work, case, move, at, act.accepted)
            self._files.open_order(work, row)
            return move.state, row
        changes: dict[str, Any] = {"state": move.state}
        if move.state == "accepted":
            changes["accepted_at"] = at
        if move.state in _ENDS:
            held = at - datetime.fromisoformat(move.order["issued_at"])
            changes |= {"ended_at": at, "held_for_seconds": int(held.total_seconds())}
        return move.state, self._files.move_order(work, move.order["id"], changes)

    def _record(self, work: Work, case: Case, act: Act, moved: list[tuple[str, dict[str, Any]]]) -> None:
        change = act.change
        data = {
            "step": change.step,
            "reached": list(change.reached),
            "undone": list(change.undone),
            "facts": dict(change.facts),
            "state": case.state,
            "round": case.round,
            "orders": [{"id": row["id"], "unit": row["unit"], "part": row["part"], "state": row["state"],
                        "held_for_seconds": row["held_for_seconds"]} for _, row in moved],
            **act.data,
        }  # fmt: skip
        if act.due_at is not None:
            data["due_at"] = format_instant(act.due_at)
        if act.at is not None:
            data["at"] = format_instant(act.at)
        self._files.record(work, case, act.what, act.by, data, act.texts)

    def _publish(self, work: Work, pack: Pack, case: Case, act: Act) -> None:
        """One publication for each level named, all at the same instant (P002B.12, A-22)."""
        levels = levels_of_past(act.change) if act.silent else levels_of(act.change.effects)
        for level in levels if act.publishes else ():
            self._files.publish(work, record(pack, case, level, act.at or work.at))


def say(work: Work, case: Case, type_: str, data: Mapping[str, Any]) -> None:
    """Say something on the case's stream, and count: an answer will be held against its question."""
    case.said += 1
    work.say(type_, stream=case.id, town=case.town, data=data, edition=case.edition)


def raise_alarm(work: Work, case: Case, code: str, detail: Mapping[str, str]) -> None:
    """Have the operator hear of something about a case that the platform can't do by itself."""
    data = {"code": code, "case": case.id, "at": format_instant(work.at), "detail": dict(detail)}
    say(work, case, "alarm.raised", data)


def counted(pack: Pack, facts: Mapping[str, Any], reached: tuple[str, ...]) -> dict[str, int]:
    """Return the facts that count a step or milestone, one higher where it was just reached."""
    return {
        name: int(facts.get(name, 0)) + 1
        for name, fact in pack.facts.items()
        if fact.counts is not None and fact.counts in reached
    }


def _has_due(pack: Pack, act: Act) -> bool:
    """A due instant comes from a person, or where the town reads RC-9 so, from the limit itself."""
    return act.due_at is not None or pack.readings.get("RC-9") == "double"


def _issued(work: Work, case: Case, move: OrderChange, at: datetime, accepted: bool) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "case_id": case.id,
        "town": case.town,
        "number": case.number,
        "unit": move.order["unit"],
        "part": move.order["part"],
        "state": "accepted" if accepted else "issued",
        "decision": case.decisions,
        "round": case.round,
        "issued_at": at,
        "accepted_at": at if accepted else None,
        "ended_at": None,
        "held_for_seconds": None,
        "assignee": None,
        "left_alarmed_at": None,
    }


def _open_orders(case: Case, moved: list[tuple[str, dict[str, Any]]]) -> list[Mapping[str, Any]]:
    touched = {row["id"]: row for _, row in moved}
    untouched = [order for order in case.orders if order["id"] not in touched]
    return untouched + [_short(row) for row in touched.values() if row["state"] not in _ENDS]


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    accepted_at = row["accepted_at"]
    return {
        "id": row["id"],
        "unit": row["unit"],
        "part": row["part"],
        "issued_at": format_instant(row["issued_at"]),
        "accepted_at": format_instant(accepted_at) if accepted_at else None,
    }
