"""Rotas: who is on duty when, such as at a service station.

Decides which turns are sound, and who is on duty at an instant: whoever has a turn and still holds the unit whose
holders take turns. So nobody has to take back the turns of whoever leaves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registry.domain.refusals import refusal
from shared.kernel.instants import format_instant
from shared.kernel.roles import Role
from shared.rules.case.addresses import address
from shared.rules.pack.model import Pack, Teams
from shared.web.callers import Caller

LONGEST_TURN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class RotaTurn:
    """Somebody's turn.

    Args:
        rota: key in the pack; unit: address of the one whose holders take turns there.
        person: a reference.
        until_at: exclusive.
        stands: False once it was taken back.
    """

    id: str
    rota: str
    unit: str
    person: str
    from_at: datetime
    until_at: datetime
    stands: bool = True


@dataclass(frozen=True, slots=True)
class TurnWish:
    """Who is to take a turn.

    Args:
        place: in a rota of which place; None: of the town's own.
    """

    person: str
    from_at: datetime
    until_at: datetime
    place: str | None = None


def station_of(pack: Pack, rota: str, place: str | None) -> str:
    """Return the address of the unit whose holders take turns in a rota of a place.

    Args:
        place: None: of the town's own.

    Raises:
        Problem: `unknown-rota` or `unknown-place`.
    """
    rotas = (pack.teams or Teams()).rotas
    if rota not in rotas:
        raise refusal("unknown-rota", rota=rota, known=", ".join(rotas))
    if place is not None and place not in pack.places:
        raise refusal("unknown-place", place=place)
    return address(pack, rotas[rota].unit, place)


def check_turn(turn: RotaTurn, now: datetime, holders: Collection[str], by: Caller) -> None:
    """Accept a turn that may be entered.

    Args:
        holders: who holds the unit, by reference.

    Raises:
        Problem: `rota-not-yours`, `turn-ends-first`, `turn-past`, `turn-too-long` or `turn-elsewhere`.
    """
    check_keeps_rota(turn, by)
    if turn.from_at >= turn.until_at:
        raise refusal("turn-ends-first")
    if turn.until_at <= now:
        raise refusal("turn-past", until=format_instant(turn.until_at))
    if turn.until_at - turn.from_at > LONGEST_TURN:
        raise refusal("turn-too-long", days=LONGEST_TURN.days)
    if turn.person not in holders:
        raise refusal("turn-elsewhere", unit=turn.unit)


def check_keeps_rota(turn: RotaTurn, by: Caller) -> None:
    """Let whoever may change the rota of a unit: who watches the town, and the unit itself.

    Raises:
        Problem: `rota-not-yours`.
    """
    if by.role not in (Role.SUPERVISOR, Role.OPERATOR) and by.unit != turn.unit:
        raise refusal("rota-not-yours", unit=turn.unit)


def on_duty(turns: Iterable[RotaTurn], holders: Collection[tuple[str, str]], at: datetime) -> list[RotaTurn]:
    """Return the turns of those who are on duty.

    Args:
        holders: unit and person of places that are held.
    """
    return [
        turn
        for turn in turns
        if turn.stands and turn.from_at <= at < turn.until_at and (turn.unit, turn.person) in holders
    ]
