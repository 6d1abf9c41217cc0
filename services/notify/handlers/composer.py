"""From claimed deliveries to messages: addresses opened for this one attempt, hosts and language from the edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.domain.notification import StoredNotification
from services.notify.handlers.wording import Terms, Wording, fill
from services.notify.ports.channel import ChannelMessage, GatheredLine
from services.notify.store.deliveries import ClaimedDelivery
from services.notify.store.held import with_gathered
from shared.contracts.sealed import Sealer
from shared.db.store import Store
from shared.flow.editions import PackCache
from shared.flow.service import TryLater
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class MessageComposer:
    """Composes what channels deliver."""

    store: Store
    pack_cache: PackCache
    sealer: Sealer
    wording: Wording

    def compose(self, claimed: Sequence[ClaimedDelivery]) -> list[ChannelMessage | Attempt]:
        """Return a message for each delivery, or the attempt's result where there can be none."""
        with self.store.read() as conn:
            known = with_gathered(conn, [delivery.stored for delivery in claimed])
        whole = [replace(delivery, stored=stored) for delivery, stored in zip(claimed, known, strict=True)]
        return [self._composed(delivery) for delivery in whole]

    def is_simulated(self) -> bool:
        """Tell whether this store's time is not real; then nothing may leave the platform."""
        with self.store.read() as conn:
            return self.store.is_simulated(conn)

    def _composed(self, delivery: ClaimedDelivery) -> ChannelMessage | Attempt:
        stored = delivery.stored
        if delivery.sealed is None:
            return Attempt(AttemptResult.REFUSED, "no-address")
        try:
            address = self.sealer.open(delivery.sealed)
        except Exception:  # noqa: BLE001 - whatever it is, this address can't be used; the text must not reach a log
            structlog.get_logger("notify").warning("sealed-address-unreadable", notification=stored.id)
            return Attempt(AttemptResult.REFUSED, "bad-address")
        return self._message(stored, address, self._pack(stored.edition))

    def _message(self, stored: StoredNotification, address: str, pack: Pack | None) -> ChannelMessage:
        told = stored.notification
        return ChannelMessage(
            key=told.key,
            address=address,
            town=stored.town,
            subject=self._subject(stored, pack),
            text=told.text,
            language=pack.language if pack else "zh",
            on=told.cause.on,
            case=stored.case or "",
            number=stored.number,
            unit=told.unit,
            made_at=stored.made_at,
            hosts=frozenset(pack.webhooks) if pack else frozenset(),
            gathered=tuple(map(_line, stored.gathered)),
            occurrence=stored.occurrence or "",
            matter=told.matter,
        )

    def _pack(self, edition: str | None) -> Pack | None:
        if edition is None:
            return None
        with self.store.read() as conn:
            try:
                return self.pack_cache.of(conn, self.store.flow.editions, edition)
            except TryLater:
                # Nothing is held up by that: mail goes out under the town's key. A webhook is refused, for no pack
                # has allowed its host.
                return None

    def _subject(self, stored: StoredNotification, pack: Pack | None) -> str:
        town = pack.name if pack else Text(stored.town, stored.town)
        which = "gathered" if stored.is_gathering else "case" if stored.number else "town"
        terms: Terms = {"town": town, "number": stored.number, "count": len(stored.gathered)}
        filled = fill(self.wording.text("mail", which), terms)
        return filled.in_language(pack.language if pack else "zh")


def _line(notice: StoredNotification) -> GatheredLine:
    told = notice.notification
    return GatheredLine(
        key=told.key,
        case=notice.case or "",
        number=notice.number,
        on=told.cause.on,
        text=told.text,
        at=notice.made_at,
        occurrence=notice.occurrence or "",
        matter=told.matter,
    )
