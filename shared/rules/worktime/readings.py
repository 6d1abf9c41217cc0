"""The readings of a policy that bear on time, as values that packs write.

Decides which values exist and what is taken where nothing is said. Must not know calendars or counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

from shared.kernel.problems import Problem
from shared.kernel.texts import Text


class ReadingError(Problem):
    """A reading was given a value that it does not have.

    Args:
        reading: such as 'RC-19'.
        allowed: the values that it has.
    """

    def __init__(self, reading: str, value: object, allowed: tuple[str, ...]) -> None:
        choice = " | ".join(allowed)
        super().__init__(
            "reading-unknown",
            Text(zh=f"{reading} 没有 {value!r} 这种读法", en=f"{reading} has no reading {value!r}"),
            Text(zh=f"从中选一：{choice}", en=f"choose one of: {choice}"),
            {"reading": reading},
        )


@dataclass(frozen=True, slots=True)
class TimeReadings:
    """How a limit's words are read; the defaults are those of the corpus, section 3.

    Attributes:
        rc2: does the starting day count (Civil Code art. 201)? `exact` counts from the very minute.
        rc3: when does the last day end (Civil Code art. 203)? Only where office hours are declared.
        rc4: what is a working day? `mon_fri` knows neither holidays nor make-up days.
        rc5: 'days' without 'working' (Civil Code art. 203): does the last day move to a working day?
        rc6: a start outside office hours or on a rest day: at once, or at the next opening?
        rc7: 'at once': due at the end of the same day (or after the rule's minutes, if it gives them);
            `minutes` asks for the rule's minutes.
        rc19: does a pause stop the limit?
        rc22: a year without calendar data: no due instant, or a provisional one from weekends alone?

    Raises:
        ReadingError: a value that the reading does not have.
    """

    rc2: Literal["next_day", "exact", "include_start_day"] = "next_day"
    rc3: Literal["close_of_office", "always_24"] = "close_of_office"
    rc4: Literal["official", "mon_fri"] = "official"
    rc5: Literal["roll", "strict", "as_working_days"] = "roll"
    rc6: Literal["at_once", "next_office_opening"] = "at_once"
    rc7: Literal["same_day", "minutes"] = "same_day"
    rc19: Literal["runs_on", "stops"] = "runs_on"
    rc22: Literal["refuse", "provisional"] = "refuse"

    def __post_init__(self) -> None:
        """Refuse values that no reading has."""
        for name, values in ALLOWED.items():
            if getattr(self, name) not in values:
                raise ReadingError(name_of(name), getattr(self, name), values)

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "TimeReadings":
        """Return the readings that a pack's 'RC-n' values set; readings of other rooms are passed over.

        Args:
            values: 'RC-n' → value; those that are missing have their default.

        Raises:
            ReadingError: a value that the reading does not have.
        """
        return cls(**{name: values[name_of(name)] for name in ALLOWED if name_of(name) in values})  # type: ignore[arg-type]

    def value(self, reading: str) -> str:
        """Return the value of 'RC-n'.

        Raises:
            AttributeError: it is no reading of time.
        """
        return str(getattr(self, reading.lower().replace("-", "")))


def name_of(field: str) -> str:
    """Return the name that packs and policies use: 'rc19' is 'RC-19'."""
    return f"RC-{field[2:]}"


ALLOWED: dict[str, tuple[str, ...]] = {
    field.name: get_args(get_type_hints(TimeReadings)[field.name]) for field in fields(TimeReadings)
}
