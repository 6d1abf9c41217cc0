"""Keeping on the case who may see it while the town's rules hide it, and who was asked to approve something.

Decides nothing: the pack's rules do. Asked whenever a case changed, for any step may end the hiding or ask
somebody. Whoever is to approve must see what; a notice alone lets nobody in.
"""

from services.intake.domain.case import Case
from services.intake.domain.hiding import joined, veil, with_approvers
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
        case.asked, case.seen_by = with_approvers(pack, case), None
        if pack.hidden:
            situation, on = situation_of(case), local_day(pack, case.reported_at)
            hiding = self._books.of(pack).hidden(situation, on)
            hidden = veil(viewers(pack, hiding, case.marks, situation))
            case.seen_by = None if hidden is None else joined(hidden, case.asked)
