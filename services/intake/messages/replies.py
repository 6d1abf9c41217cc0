"""What a request to report was answered, in the form in which it is kept for the same key."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.intake.domain.case import Case
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.web.inputs import InvalidInput

Result = Mapping[str, Any] | Problem


def told(case: Case, duplicates: Sequence[Mapping[str, Any]], *, repeated: int = 0) -> dict[str, Any]:
    """Return what a client needs to know of its case.

    Args:
        duplicates: cases that look like it.
        repeated: the how-manieth repetition of an alarm the report was; 0: it made the case.
    """
    return {
        "case": case.id,
        "number": case.number,
        "town": case.town,
        "state": case.state,
        "edition": case.edition,
        "reported_at": format_instant(case.reported_at),
        "also": list(case.also),
        "category": case.category,
        "proposal": case.proposal,
        "counted": repeated > 0,
        "repeats": repeated,
        "duplicates": list(duplicates),
    }


def to_row(results: Sequence[Result]) -> dict[str, Any]:
    """Return the results as JSON; problems in both languages, for the reader may change."""
    return {
        "results": [_problem(one) if isinstance(one, Problem) else {"case": dict(one)} for one in results]
    }


def from_row(row: Mapping[str, Any]) -> list[Result]:
    """Return the results that `to_row` kept."""
    return [one["case"] if "case" in one else _as_problem(one["problem"]) for one in row["results"]]


def _problem(one: Problem) -> dict[str, Any]:
    said = {
        "code": one.code,
        "cause": [one.cause.zh, one.cause.en],
        "remedy": [one.remedy.zh, one.remedy.en],
        "where": one.where,
        "errors": one.errors if isinstance(one, InvalidInput) else None,
    }
    return {"problem": said}


def _as_problem(said: Mapping[str, Any]) -> Problem:
    kind = Problem if said["errors"] is None else InvalidInput
    made = kind(said["code"], Text(*said["cause"]), Text(*said["remedy"]), dict(said["where"]))
    if isinstance(made, InvalidInput):
        made.errors = said["errors"]
    return made
