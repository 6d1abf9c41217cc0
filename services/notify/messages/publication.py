"""What becomes public of a case: number, category, state and day, no person or place (P001-05.9, A-20)."""

from datetime import datetime

from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Notification
from services.notify.ports.books import Published
from shared.kernel.texts import Text
from shared.rules.decide.timing import local_day
from shared.rules.decide.wording import state_name
from shared.rules.pack.model import Pack

_HIDDEN = Text()


def public_line(
    pack: Pack, memory: CaseMemory, notification: Notification, id_: str, at: datetime
) -> Published:
    """Return a case's line on the public list; a private category's line is there to be counted only."""
    category = pack.categories.get(str(memory.standing["category"]))
    is_private = bool(memory.standing.get("private")) or (category is not None and category.private)
    name = category.name if category and not is_private else _HIDDEN
    state = state_name(pack, str(memory.standing["state"])) or _HIDDEN
    return Published(
        case=memory.case,
        town=memory.town,
        notification=id_,
        number="" if is_private else memory.number,
        is_private=is_private,
        category=name,
        state=state,
        text=_HIDDEN if is_private else notification.text,
        published_on=local_day(pack, at).isoformat(),
    )
