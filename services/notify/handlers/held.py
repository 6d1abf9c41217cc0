"""The duty that tells what has waited: exactly once, since a notice stops waiting as its message is written.

Decides what becomes of notices that are due together: one alone goes as it would have gone at once, several to one
recipient over one channel go in one message. What they say was written when they were made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.gathering import gathering
from services.notify.domain.notification import StoredNotification
from services.notify.handlers.notifier import Notifier
from services.notify.handlers.wording import Terms, Wording, fill
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.service import TryLater
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack

_MOST = 200  # messages a transaction
_SHOWN = 10  # numbers of cases that a message names at its beginning


@dataclass(frozen=True, slots=True)
class HeldNotices:
    """Tells what is due."""

    store: Store
    notifier: Notifier
    pack_cache: PackCache

    def run(self, limit: int) -> int:
        """Tell what is due in at most `limit` messages; return how many notices were told."""
        held = self.notifier.store.held
        with self.store.read() as conn:
            if not held.has_due(conn, self.store.now(conn)):
                return 0
        with self.store.begin() as work:
            messages = held.due(work, work.at, min(limit, _MOST))
            for notices in messages:
                self._tell(work, notices)
        return sum(map(len, messages))

    def after_replay(self) -> None:
        """Write down, telling nobody, what was told in the past that was lived again."""
        while self.run(_MOST):
            pass

    def _tell(self, work: Work, notices: Sequence[StoredNotification]) -> None:
        """In one message, under an id of its own: newest lies on top wherever it is read, whenever it was made."""
        message = notices[0] if len(notices) == 1 else self._together(work, notices)
        message = replace(message, id=work.new_id())
        self.notifier.store.held.tell(work, notices, message.id)
        self.notifier.enter(work, _now(work, message))
        if work.is_replay:
            for case in {each.subject.id for each in notices if each.subject}:
                self.notifier.store.erased.ask_again(work, case)

    def _together(self, work: Work, notices: Sequence[StoredNotification]) -> StoredNotification:
        newest = notices[-1]
        pack = self._pack(work, newest.edition)
        because = pack.telling.because if pack and pack.telling else ()
        told = gathering(notices, because, beginning(notices, pack, self.notifier.wording))
        return replace(newest, notification=told, number="")

    def _pack(self, work: Work, edition: str | None) -> Pack | None:
        if edition is None:
            return None
        try:
            return self.pack_cache.of(work, work.flow.editions, edition)
        except TryLater:
            return None  # what was made under it is told all the same, in the platform's own words


def _now(work: Work, stored: StoredNotification) -> StoredNotification:
    """Told as of now; in a replay as of when it was due."""
    told_at = stored.due_at if work.is_replay and stored.due_at else work.at
    return replace(stored, state=DeliveryState.QUEUED, made_at=told_at)


def beginning(notices: Sequence[StoredNotification], pack: Pack | None, wording: Wording) -> Text:
    """Return what a message of several notices begins with: how many there are, and of which cases."""
    own = pack.telling.gather.text if pack and pack.telling and pack.telling.gather else None
    numbers = tuple(dict.fromkeys(each.number for each in notices if each.number))
    named = Text("、".join(numbers[:_SHOWN]), ", ".join(numbers[:_SHOWN]))
    if len(numbers) > _SHOWN:
        named = fill(wording.text("telling", "and-more"), {"cases": named, "count": len(numbers)})
    terms: Terms = {"count": len(notices), "cases": named}
    return fill(own or wording.text("telling", "gathered"), terms)
