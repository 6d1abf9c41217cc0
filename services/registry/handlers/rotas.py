"""Entering who takes which turn, and taking turns back."""

from dataclasses import dataclass, replace

from services.registry.domain.refusals import refusal
from services.registry.domain.rotas import RotaTurn, TurnWish, check_keeps_rota, check_turn, station_of
from services.registry.store.packs import PacksInForce
from services.registry.store.teams import SqlTurns, holders_of
from shared.db.store import Store
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class Rotas:
    """Keeps rotas."""

    store: Store
    packs: PacksInForce
    turns: SqlTurns

    def enter(self, town: str, rota: str, wanted: TurnWish, by: Caller) -> RotaTurn:
        """Enter a turn in a rota.

        Raises:
            Problem: `no-edition`, and what `domain.rotas` raises.
        """
        with self.store.begin() as work:
            pack = self.packs.of(work.conn, town).pack
            unit = station_of(pack, rota, wanted.place)
            new = RotaTurn(work.new_id(), rota, unit, wanted.person, wanted.from_at, wanted.until_at)
            held = holders_of(work.conn, town, [new.unit])
            check_turn(new, work.at, [person for _, person in held], by)
            self.turns.put(work, town, new, by.person)
        return new

    def take_back(self, town: str, turn: str, by: Caller) -> RotaTurn:
        """Take a turn back; once more changes nothing.

        Raises:
            Problem: `unknown-turn` or `rota-not-yours`.
        """
        with self.store.begin() as work:
            known = self.turns.get(work, town, turn)
            if known is None:
                raise refusal("unknown-turn")
            check_keeps_rota(known, by)
            ended = replace(known, stands=False)
            if known.stands:
                self.turns.put(work, town, ended, by.person)
        return ended
