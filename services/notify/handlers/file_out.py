"""The duty that writes the file channel: a line for each notification, at least once, with its key to tell twins by.

Beside these a line for each day's head of all histories; its key is the head's seal.
"""

from dataclasses import dataclass

from services.notify.adapters.json_lines import LINE_SCHEMA, FileLine, GatheredFileLine, JsonLines
from services.notify.domain.notification import StoredNotification
from services.notify.store.heads import forget_heads, unwritten_heads
from services.notify.store.notifications import SqlNotifications
from shared.contracts.messages import HistoriesAnchored
from shared.db.store import Store
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text


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
        return len(unwritten) + self._write_heads(limit)

    def _write_heads(self, limit: int) -> int:
        with self.store.read() as conn:
            heads = unwritten_heads(conn, limit)
        if heads:
            self.file.append(map(_head_line, heads))
            with self.store.begin() as work:
                forget_heads(work, heads)
        return len(heads)


def _line(stored: StoredNotification) -> FileLine:
    told = stored.notification
    return FileLine(
        dataschema=LINE_SCHEMA,
        key=told.key,
        at=format_instant(stored.made_at),
        town=stored.town,
        case=stored.case,
        occurrence=stored.occurrence,
        number=stored.number or None,
        on=told.cause.on,
        rule=told.reason.rule,
        party=told.party,
        unit=told.unit,
        via=told.via,
        text=told.text,
        gathered=tuple(map(_gathered_line, stored.gathered)),
        matter=told.matter,
    )


def _gathered_line(notice: StoredNotification) -> GatheredFileLine:
    told = notice.notification
    return GatheredFileLine(
        key=told.key,
        at=format_instant(notice.made_at),
        case=notice.case,
        occurrence=notice.occurrence,
        number=notice.number or None,
        on=told.cause.on,
        rule=told.reason.rule,
        text=told.text,
        matter=told.matter,
    )


def _head_line(head: HistoriesAnchored) -> FileLine:
    return FileLine(
        dataschema=LINE_SCHEMA,
        key=head.seal,
        at=head.until,
        town="*",
        case=None,
        number=None,
        on="histories.anchored",
        rule="histories.anchored",
        party="file",
        unit=None,
        via=None,
        text=Text(f"截至 {head.until} 的历史摘要", f"head of all histories until {head.until}"),
        history_head=head,
    )
