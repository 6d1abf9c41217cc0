"""Keeping on the case who may see it while the town's rules hide it.

Decides nothing: the pack's rules do. Asked whenever a case changed, for any step may end the hiding.
"""

from services.intake.domain.case import Case
from services.intake.domain.hiding import veil
from services.intake.domain.situations import situation_of
from shared.rules.decide.book import Books
from shared.rules.decide.hiding import viewers
from shared.rules.decide.timing import local_day
from shared.rules.pack.model import Pack


class Hider:
    """Asks the rules who may see a case."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def hide(self, pack: Pack, case: Case) -> None:
        """Note on the case who may see it now."""
        case.seen_by = None
        if pack.hidden:
            situation, on = situation_of(case), local_day(pack, case.reported_at)
            hiding = self._books.of(pack).hidden(situation, on)
            case.seen_by = veil(viewers(pack, hiding, case.marks, situation))
