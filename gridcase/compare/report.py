"""The answers of several towns as a table for people and as JSON for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table

from gridcase.compare.towns import TownAnswer
from gridcase.scenarios.wording import word
from shared.kernel.texts import Language, Text
from shared.rules.decide import ClockAhead, key_of
from shared.rules.decide.report import to_json as outcome_to_json
from shared.rules.pack.model import Origin, Pack

HEADS = (
    Text("辖区", "town"),
    Text("层级／程序", "level / procedure"),
    Text("牵头", "lead"),
    Text("协办", "assisting"),
    Text("到期", "due"),
    Text("告知", "told"),
    Text("依据", "because"),
)
NO_LIMIT = Text("无期限", "no due time")
BY_PERSON = Text("期限由人填写", "due time set by a person")


def table(answers: Iterable[TownAnswer], language: Language) -> Table:
    """Return a row for each town."""
    shown = Table(show_lines=True)
    for head in HEADS:
        shown.add_column(head.in_language(language), overflow="fold")  # a date that is cut off is none
    for answer in answers:
        shown.add_row(*("\n".join(cell) for cell in _cells(answer, language)))
    return shown


def to_json(answers: Sequence[TownAnswer]) -> list[dict[str, Any]]:
    """Return the answers as plain JSON values: of each town its whole outcome, explanation left out."""
    return [_plain(answer) for answer in answers]


def _cells(answer: TownAnswer, language: Language) -> list[list[str]]:
    pack, decision = answer.pack, answer.outcome.decision
    category = pack.categories.get(answer.outcome.situation.category)
    town = [answer.name, category.name.in_language(language) if category else ""]
    notes = [f"({note.in_language(language)})" for note in answer.notes]
    procedure = pack.procedures.get(decision.procedure)
    levels = [_named(pack.levels[key].name, key, language) for key in decision.levels if key in pack.levels]
    steps = _named(procedure.name, decision.procedure, language) if procedure else decision.procedure
    return [
        [line for line in (*town, *notes) if line],
        [*levels, steps],
        [_unit(pack, decision.lead, language) if decision.lead else "–"],
        [_unit(pack, unit, language) for unit in decision.assisting] or ["–"],
        [_due(clock, language) for clock in answer.outcome.clocks] or [NO_LIMIT.in_language(language)],
        _told(answer, language) or ["–"],
        [_origin(decision.rule), *(_origin(clock.limit.origin) for clock in answer.outcome.clocks)],
    ]


def _named(name: Text, key: str, language: Language) -> str:
    return name.in_language(language) or key


def _unit(pack: Pack, unit: str, language: Language) -> str:
    found = pack.units.get(key_of(unit))
    return _named(found.name, unit, language) if found else unit


def _due(clock: ClockAhead, language: Language) -> str:
    stage = word(clock.limit.clock).in_language(language)
    if clock.deadline is not None:
        return f"{stage} {clock.deadline.label}"
    if clock.missing_year is not None:
        return f"{stage} RC-22 {clock.missing_year}"
    if not clock.has_started:
        return f"{stage} ← {word(clock.starts).in_language(language)}"
    return f"{stage} {BY_PERSON.in_language(language)}"


def _told(answer: TownAnswer, language: Language) -> list[str]:
    lines = []
    for notice in answer.outcome.notices:
        event = word(notice.event).in_language(language)
        for recipient in notice.recipients:
            party = word(recipient.party).in_language(language)
            who = _unit(answer.pack, recipient.unit, language) if recipient.unit else party
            lines.append(f"{who} ({event})")
    return list(dict.fromkeys(lines))


def _origin(origin: Origin) -> str:
    return f"{origin.rule} ← {' '.join(origin.because)}"


def _plain(answer: TownAnswer) -> dict[str, Any]:
    outcome = {
        name: value for name, value in outcome_to_json(answer.outcome).items() if name != "explanation"
    }
    proposal = answer.proposal
    return {
        "asked": answer.name,
        "category": answer.outcome.situation.category or None,
        "proposal": {"category": proposal.category, "matched": list(proposal.matched)} if proposal else None,
        "notes": [{"zh": note.zh, "en": note.en} for note in answer.notes],
        **outcome,
    }
