"""What a new reckoning makes of the occurrences that there are: those added, moved, withdrawn.

Decides that a label stays what it is, that what was begun stays as it is, and that nothing is owed from before it was
reckoned first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from msgspec.structs import replace

from services.duties.domain.occurrence import BEFORE, KeptOccurrence, KeptState, new_occurrence
from shared.rules.duties import Occurrence

IdOf = Callable[[str, Occurrence, str], str]  # town, occurrence, post → id


class ToldChange(StrEnum):
    """What others have to hear of a change; of one that was not owed yet nobody hears."""

    MOVED = "moved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """An occurrence as it now stands; `told` None: nobody has to hear of it."""

    occurrence: KeptOccurrence
    is_new: bool = False
    told: ToldChange | None = None


@dataclass(frozen=True, slots=True)
class NewReckoning:
    """What was reckoned of one duty for some posts.

    Args:
        found: its occurrences, the same for each post.
        edition: under which; at: the present; today: the town's day then.
        id_of: gives an occurrence the id that it always has.
    """

    town: str
    found: tuple[Occurrence, ...]
    edition: str
    at: datetime
    today: date
    id_of: IdOf

    def of(self, posts: Iterable[str], kept: Mapping[str, KeptOccurrence]) -> Iterator[Reconciled]:
        """Yield everything that changes.

        Args:
            posts: who owes the duty now.
            kept: id → what there is of these posts and labels.
        """
        wanted: set[str] = set()
        for post in posts:
            for found in self.found:
                id_ = self.id_of(self.town, found, post)
                wanted.add(id_)
                yield from self._one(kept.get(id_), id_, post, found)
        for id_, known in kept.items():
            if id_ not in wanted and known.state is not KeptState.WITHDRAWN and known.follows(self.at):
                yield self._withdrawn(known)

    def _one(
        self, known: KeptOccurrence | None, id_: str, post: str, found: Occurrence
    ) -> Iterator[Reconciled]:
        if known is None:
            if not self._is_past(found):
                made = new_occurrence(id_, self.town, post, found, self.edition, self.at)
                yield Reconciled(made, is_new=True)
        elif known.follows(self.at):
            yield from self._again(known, found)

    def _again(self, known: KeptOccurrence, found: Occurrence) -> Iterator[Reconciled]:
        fresh = known.as_reckoned(found, self.edition, self.at)
        if known.state is KeptState.OPEN and found.replaced_by:
            yield Reconciled(replace(fresh, state=KeptState.REPLACED), told=ToldChange.WITHDRAWN)
            return
        if known.state in BEFORE:
            fresh = replace(fresh, state=KeptState.REPLACED if found.replaced_by else KeptState.AHEAD)
        if replace(fresh, changed_at=known.changed_at) != known:
            is_moved = known.state is KeptState.OPEN and fresh.due_at != known.due_at
            yield Reconciled(fresh, told=ToldChange.MOVED if is_moved else None)

    def _withdrawn(self, known: KeptOccurrence) -> Reconciled:
        gone = replace(known, state=KeptState.WITHDRAWN, changed_at=self.at)
        return Reconciled(gone, told=ToldChange.WITHDRAWN if known.state is KeptState.OPEN else None)

    def _is_past(self, found: Occurrence) -> bool:
        """Nobody owes what ended before the platform could have said so."""
        if found.due_at is None:
            return found.on is not None and found.on < self.today
        return found.due_at <= self.at
