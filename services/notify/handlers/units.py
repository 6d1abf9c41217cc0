"""The units of a case's town as the notifier asks for them: who sits where now, who stands in, over which channels."""

from dataclasses import dataclass

from services.notify.domain.absence import Attendance, attendance
from services.notify.domain.fan_out import ChannelSetup, UnitDirectory
from services.notify.domain.plan import operators_inbox
from services.notify.domain.vacancy import Holder, Seat, find_seat, root_of
from services.notify.store.directory import SqlDirectory
from shared.db.work import Work
from shared.rules.case.addresses import address, key_of
from shared.rules.pack.model import Pack


def unit_directory(
    staff: SqlDirectory, work: Work, setup: ChannelSetup, pack: Pack | None, place: str | None
) -> UnitDirectory:
    """Return the units as this transaction sees them.

    Args:
        pack: the case's edition; None for what concerns a town: its operators' inbox alone is looked for.
        place: the case's, from which a rule's units are addressed.
    """
    units = _Units(staff, work, pack, place)
    return UnitDirectory(
        seat_of=units.seat,
        channels_of=units.channels,
        setup=setup,
        absent_of=lambda unit: units.attendance(unit).absent,
    )


@dataclass(frozen=True, slots=True)
class _Units:
    staff: SqlDirectory
    work: Work
    pack: Pack | None
    place: str | None

    def attendance(self, unit: str) -> Attendance:
        """Who sits at a unit now, and who of its people is away."""
        staff, work, root = self.staff, self.work, root_of(unit)
        return attendance(
            staff.holders_of(work, unit),
            staff.away(work, root),
            lambda person: staff.places_of(work, root, person),
        )

    def present(self, unit: str) -> tuple[Holder, ...]:
        return self.attendance(unit).present

    def channels(self, unit: str) -> tuple[str, ...]:
        known = self.pack.units.get(key_of(unit)) if self.pack else None
        return known.channels if known else ()

    def seat(self, unit: str) -> Seat:
        """Nobody stands in for the operators: their inbox waits for whoever comes."""
        pack = self.pack
        if pack is None or unit == operators_inbox(pack.town):
            return find_seat(unit, self.present, lambda _: None)
        last_resort = address(pack, pack.fallback, self.place)
        return find_seat(unit, self.present, lambda vacant: self._stand_in(pack, vacant), last_resort)

    def _stand_in(self, pack: Pack, unit: str) -> str | None:
        known = pack.units.get(key_of(unit))
        return address(pack, known.vacant, self.place) if known and known.vacant else None
