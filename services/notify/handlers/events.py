"""What telling of an event takes, whoever said it: the edition's rules, the case as it stands, the key's
parts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Happening
from services.notify.domain.plan import Scene, plan
from services.notify.handlers.teller import Teller
from services.notify.messages.standing import situation_of
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.flow.service import Refused
from shared.kernel.problems import Problem
from shared.rules.decide.book import Books
from shared.rules.decide.timing import local_day
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Rules:
    """Packs and their compiled books, by edition."""

    shelf: PackShelf
    books: Books

    def of(self, work: Work, edition: str | None) -> Pack:
        """Return an edition's pack.

        Raises:
            Refused: the message names no edition.
            TryLater: this service does not have the edition yet.
        """
        if edition is None:
            raise Refused("no-edition", "a message about a case names the edition that the case is bound to")
        return self.shelf.of(work, work.flow.editions, edition)


def scene_of(rules: Rules, pack: Pack, memory: CaseMemory, at: datetime) -> Scene:
    """Return the case at the moment of an event at `at`."""
    return Scene(rules.books.of(pack), memory, situation_of(memory.standing), local_day(pack, at))


def tell_events(
    teller: Teller, work: Work, scene: Scene, events: Iterable[str], happening: Callable[[str], Happening]
) -> CaseMemory:
    """Tell whoever the pack names for these events; return the case as it is to be remembered."""
    try:
        planned = plan(scene, events, happening, teller.wording.quotes)
    except Problem as problem:  # the facts are not what this edition declares: an operator must look
        return teller.raise_once(work, scene.memory, "notice-error", error=str(problem)[:500])
    memory = teller.tell(work, scene.pack, scene.memory, planned.tellings)
    return memory if planned.agreed else teller.raise_once(work, memory, "notice-disagreement")


def happening_of(message: Envelope, memory: CaseMemory) -> Callable[[str], Happening]:
    """Return how this message's events are named in keys."""

    def happening(event: str) -> Happening:
        return Happening(memory.case, message.source, message.stream, message.sequence, memory.round, event)

    return happening


def known_case(teller: Teller, work: Work, message: Envelope) -> CaseMemory:
    """Return what is remembered of the message's case, with nothing but its name when this is the first word
    of it.
    """
    known = teller.books.cases.get(work, message.stream)
    if known is None:
        return CaseMemory(message.stream, message.town, message.edition)
    is_other = message.edition is not None and message.edition != known.edition
    return replace(known, edition=message.edition) if is_other else known
