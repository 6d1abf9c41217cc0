"""Who may see a case that is not everybody's: while rules hide it (P002B.12), and whom it is put before.

Decides how the names are written into one text, '|unit|role|', so that a query can look for one of them: units
as addresses, roles by their word, 'reporter' for whoever reported it. The text without a name hides the case
from all but the operator and the grid that found it.
"""

from collections.abc import Iterable

from services.intake.domain.actors import names_of
from services.intake.domain.case import Case, snapshot_of
from shared.rules.case.situation import situation_of
from shared.rules.case.timing import local_day
from shared.rules.decide.answers import Hiding
from shared.rules.decide.compiled import CompiledRules
from shared.rules.decide.hiding import viewers
from shared.rules.pack.model import Pack


def hide(rules: CompiledRules, case: Case) -> Hiding:
    """Note on the case who alone may see it now; return what the rules said.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    pack = rules.pack
    situation = situation_of(snapshot_of(case))
    hiding = rules.hidden(situation, local_day(pack, case.reported_at))
    named = viewers(pack, hiding, case.standing, situation)
    seen_by = None if named is None else _text(viewer.unit or viewer.party for viewer in named)
    case.seen_by = None if seen_by is None else _joined(seen_by, case.asked)
    return hiding


def with_approvers(pack: Pack, case: Case) -> str | None:
    """Return the text of all whom steps have asked for approval: who was asked once may look it up later."""
    refusals = (request.refusal for request in case.progress.requests)
    waiting = [pack.steps[key] for key in (*case.progress.approvals, *refusals) if key in pack.steps]
    now = {name for step in waiting for name in names_of(step.who, pack, case)}
    return _joined(case.asked, _text(now)) if now else case.asked


def _joined(names: str | None, more: str | None) -> str | None:
    """Return one text of the names of both; None where there is neither."""
    texts = [text for text in (names, more) if text is not None]
    return _text(name for text in texts for name in text.split("|") if name) if texts else None


def _text(names: Iterable[str]) -> str:
    # A bar on both sides of each name: a query that looks for one must not find it within a longer one.
    return "".join(f"|{name}" for name in sorted(set(names))) + "|"
