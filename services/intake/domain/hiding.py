"""Who may see a case that is not everybody's: while rules hide it (P002B.12), and whom it is put before.

Decides how the names are written into one text, '|unit|role|', so that a query can look for one of them: units
as addresses, roles by their word, 'reporter' for whoever reported it. The text without a name hides the case
from all but the operator and the grid that found it.
"""

from collections.abc import Iterable

from services.intake.domain.actors import names_of
from services.intake.domain.case import Case
from shared.rules.decide.parties import Recipient
from shared.rules.pack.model import Pack


def veil(viewers: Iterable[Recipient] | None) -> str | None:
    """Return the text for those who alone may see the case, None where nothing hides it."""
    return None if viewers is None else _text(one.unit or one.party for one in viewers)


def with_approvers(pack: Pack, case: Case) -> str | None:
    """Return the text of all whom steps have asked for approval: who was asked once may look it up later."""
    waiting = [pack.steps[key] for key in case.progress["approvals"] if key in pack.steps]
    now = {name for step in waiting for name in names_of(step.who, pack, case)}
    return joined(case.asked, _text(now)) if now else case.asked


def joined(names: str | None, more: str | None) -> str | None:
    """Return one text of the names of both; None where there is neither."""
    texts = [text for text in (names, more) if text is not None]
    return _text(name for text in texts for name in text.split("|") if name) if texts else None


def _text(names: Iterable[str]) -> str:
    return "".join(f"|{name}" for name in sorted(set(names))) + "|"
