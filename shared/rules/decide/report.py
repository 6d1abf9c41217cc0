"""An outcome as JSON, for programs and for people who look closely."""

from dataclasses import asdict
from datetime import date
from typing import Any

from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.case.telling import Held
from shared.rules.decide.answers import Unroutable
from shared.rules.decide.explain import Explanation, RuleReason
from shared.rules.decide.outcome import ClockAhead, NoticeAhead, Outcome
from shared.rules.pack.model import Origin
from shared.rules.worktime.amount import format_amount


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as plain JSON values, with every rule and every certificate.

    Instants are RFC 3339 in UTC, labels local, texts in the pack's language.
    """
    answer = outcome.answer
    return {
        "town": outcome.pack.town,
        "edition": outcome.pack.edition,
        "at": format_instant(outcome.at),
        "decision": _decision(outcome),
        "unroutable": _unroutable(answer) if isinstance(answer, Unroutable) else None,
        "clocks": [_clock(clock, outcome) for clock in outcome.clocks],
        "notices": [_notice(notice, outcome) for notice in outcome.notices],
        "agreed": outcome.agreed,
        "explanation": _explanation(outcome.explanation, outcome),
    }


def _decision(outcome: Outcome) -> dict[str, Any]:
    decision = outcome.decision
    names = ("levels", "lead", "assisting", "procedure", "acceptance", "flagged", "fallback", "departments",
             "pass_to", "returned", "evaluator")  # fmt: skip
    shown: dict[str, Any] = {name: _plain(getattr(decision, name)) for name in names}
    return shown | {"rule": _origin(decision.rule, outcome), "facts": dict(decision.facts_used)}


def _unroutable(answer: Unroutable) -> dict[str, Any]:
    return {"cause": answer.cause, "answers": dict(answer.answers)}


def _clock(clock: ClockAhead, outcome: Outcome) -> dict[str, Any]:
    limit, deadline = clock.limit, clock.deadline
    language = outcome.pack.language
    return {
        "clock": limit.clock,
        "within": format_amount(limit.within, language) if limit.within else None,
        "starts": clock.starts,
        "started": clock.has_started,
        "due_at": format_instant(deadline.due_at) if deadline else None,
        "label": deadline.label if deadline else None,
        "provisional": bool(deadline and deadline.provisional),
        "missing_year": clock.missing_year,
        "rule": _origin(limit.origin, outcome),
        "certificate": deadline.certificate if deadline else None,
    }


def _notice(ahead: NoticeAhead, outcome: Outcome) -> dict[str, Any]:
    return {
        "on": ahead.event,
        "who": [asdict(recipient) for recipient in ahead.recipients],
        "text": ahead.text,
        "rule": _origin(ahead.notice.origin, outcome),
        "held": _held(ahead.held) if ahead.held else None,
        "urgent": _origin(ahead.urgent_by, outcome) if ahead.urgent_by else None,
    }


def _held(held: Held) -> dict[str, str]:
    return {"until": format_instant(held.until), "by": held.by.value}


def _explanation(why: Explanation, outcome: Outcome) -> dict[str, Any]:
    return {
        "facts": dict(why.facts),
        "rules": [_reason(reason, outcome) for reason in why.rules],
        "otherwise": [asdict(other) for other in why.otherwise],
    }


def _reason(reason: RuleReason, outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": _origin(reason.rule, outcome),
        "holds": reason.holds,
        "in_force": reason.is_in_force,
        "tests": [{**asdict(test), "wanted": _plain(test.wanted)} for test in reason.tests],
        "needs": None if reason.needs is None else [asdict(need) for need in reason.needs],
    }


def _origin(origin: Origin, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": origin.rule,
        "title": _in_pack_language(origin.title, outcome),
        "because": list(origin.because),
        "valid_from": _day(origin.valid_from),
        "valid_until": _day(origin.valid_until),
        "file": origin.spot.file,
        "line": origin.spot.line,
    }


def _in_pack_language(text: Text, outcome: Outcome) -> str:
    return text.in_language(outcome.pack.language)


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
