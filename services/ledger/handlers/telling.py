"""What other services hear of the ledger: that something of a type in a grid came, changed its group, moved or ended.

Decides that no fact, name or source is among it, and that what happens in one transaction is told together: an import
of a million rows says some thousands of messages and not a million.
"""

from collections.abc import Mapping

from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.statements import Event
from services.ledger.handlers.desk import Desk
from shared.contracts.messages import LedgerChanged, LedgerEntryChanged
from shared.db.belonging import own_stream
from shared.db.work import Work
from shared.rules.pack.model import EntryType

MOST = 200  # changes in one message


def note(
    desk: Desk,
    entry: LedgerEntry,
    type_: EntryType,
    event: Event,
    groups: Mapping[str, str],
    *,
    is_complete: bool | None = None,
) -> None:
    """Note what became of an entry; `tell` says it.

    Args:
        is_complete: whether every fact of its type is known of it; None: nothing was stated.
    """
    desk.changes.append(
        LedgerEntryChanged(
            entry=entry.id,
            type=entry.type,
            kind=type_.kind.value,
            place=entry.place,
            about=entry.about,
            event=event.value,
            groups=dict(groups),
            complete=is_complete,
        )
    )


def tell(work: Work, desk: Desk) -> None:
    """Say what was noted in this transaction; once, at its end."""
    town = desk.who.town
    for first in range(0, len(desk.changes), MOST):
        body = LedgerChanged(changes=tuple(desk.changes[first : first + MOST]), at=work.at)
        work.emit("ledger.changed", body, stream=own_stream(town), town=town, edition=desk.pack.edition)
    desk.changes.clear()
