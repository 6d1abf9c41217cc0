"""From claimed deliveries to letters: addresses opened for this one attempt, hosts and language from the
edition.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.notify.domain.attempts import Attempt, Result
from services.notify.messages.wording import Wording, fill
from services.notify.ports.books import Claimed
from services.notify.ports.channel import Letter
from services.notify.ports.sealing import Opener
from shared.db.store import Store
from shared.flow.editions import PackShelf
from shared.flow.service import TryLater
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes letters."""

    store: Store
    shelf: PackShelf
    opener: Opener
    wording: Wording

    def write(self, claimed: Sequence[Claimed]) -> list[Letter | Attempt]:
        """Return a letter for each delivery, or the attempt's result where there can be none."""
        return [self._letter(one) for one in claimed]

    def is_simulated(self) -> bool:
        """Tell whether this store's time is not real; then nothing may leave the house."""
        with self.store.read() as conn:
            return self.store.is_simulated(conn)

    def _letter(self, one: Claimed) -> Letter | Attempt:
        if one.sealed is None:
            return Attempt(Result.REFUSED, "no-address")
        try:
            address = self.opener.open(one.sealed)
        except Exception:  # noqa: BLE001 - whatever it is, this address can't be used; the text must not reach a log
            structlog.get_logger("notify").warning("sealed-address-unreadable", notification=one.id)
            return Attempt(Result.REFUSED, "bad-address")
        pack = self._pack(one.about.edition)
        what = one.notification
        return Letter(
            key=what.key,
            address=address,
            town=one.about.town,
            subject=self._subject(one, pack),
            text=what.text,
            language=pack.language if pack else "zh",
            on=what.happening.on,
            case=what.happening.case,
            number=one.about.number,
            unit=what.unit,
            made_at=one.made_at,
            hosts=frozenset(pack.webhooks) if pack else frozenset(),
        )

    def _pack(self, edition: str | None) -> Pack | None:
        if edition is None:
            return None
        with self.store.read() as conn:
            try:
                return self.shelf.of(conn, self.store.flow.editions, edition)
            except TryLater:
                return None

    def _subject(self, one: Claimed, pack: Pack | None) -> str:
        town = pack.name if pack else Text(one.about.town, one.about.town)
        text = self.wording.text("mail", "case" if one.about.number else "town")
        return fill(text, {"town": town, "number": one.about.number}).in_language(
            pack.language if pack else "zh"
        )
