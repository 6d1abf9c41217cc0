"""The duty that writes the file channel: a line for each notification, at least once, with its key to tell twins by."""

from dataclasses import dataclass

from services.notify.adapters.json_lines import FileLine, JsonLines
from services.notify.domain.notification import StoredNotification
from services.notify.store.notifications import SqlNotifications
from shared.db.store import Store
from shared.kernel.instants import format_instant


@dataclass(frozen=True, slots=True)
class FileChannelDuty:
    """Writes what the file does not have yet."""

    store: Store
    notifications: SqlNotifications
    file: JsonLines

    def run(self, limit: int) -> int:
        """Write at most `limit` lines; return how many.

        The file first, then the store: a crash in between repeats lines, with equal keys. The other way round it would
        lose them.
        """
        with self.store.read() as conn:
            unwritten = self.notifications.unwritten(conn, limit)
        if unwritten:
            self.file.append([_line(stored) for stored in unwritten])
            with self.store.begin() as work:
                self.notifications.mark_written(work, [stored.id for stored in unwritten])
        return len(unwritten)


def _line(stored: StoredNotification) -> FileLine:
    told = stored.notification
    return FileLine(
        key=told.key,
        at=format_instant(stored.made_at),
        town=stored.town,
        case=stored.subject.id if stored.subject else None,
        number=stored.number or None,
        on=told.cause.on,
        rule=told.reason.rule,
        party=told.party,
        unit=told.unit,
        via=told.via,
        text=told.text,
    )
