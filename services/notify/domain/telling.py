"""One thing to be told to some recipients: a rule's text that is complete, or waits for a deadline.

Decides when a text is ready. Must not know how units resolve to people, nor stores.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from services.notify.domain.deadlines import KnownClock, Need, Quote, quoted
from services.notify.domain.notification import Happening, Reason
from shared.kernel.texts import Text
from shared.rules.decide.wording import DEADLINE, names_in


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a rule names: a unit, the reporter (by reference), or the public."""

    party: str
    unit: str | None = None
    person: str | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A text on its way.

    Args:
        text: with placeholders.
        values: what the placeholders read, by name; deadlines only once they are known.
        needs: clocks that are still to be heard of, by stage.
        channels: as the rule says; empty: as the recipient's unit says.
    """

    happening: Happening
    reason: Reason
    recipients: tuple[Recipient, ...]
    text: Text
    values: Mapping[str, Text]
    needs: Mapping[str, Need] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.needs

    def hear(self, clocks: Collection[KnownClock], quotes: Mapping[Quote, Text]) -> "Telling":
        """Return the telling with every deadline filled in that these clocks answer."""
        found = {
            stage: clock for stage, need in self.needs.items() if (clock := quoted(need, clocks)) is not None
        }
        labels = {DEADLINE + stage: label_of(clock, quotes) for stage, clock in found.items()}
        left = {stage: need for stage, need in self.needs.items() if stage not in found}
        return replace(self, values={**self.values, **labels}, needs=left)

    def give_up_waiting(self, quotes: Mapping[Quote, Text]) -> "Telling":
        """Return the telling with 'not known yet' in the place of what is still missing: better told so than
        not.
        """
        labels = {DEADLINE + stage: quotes[Quote.PENDING] for stage in self.needs}
        return replace(self, values={**self.values, **labels}, needs={})


def label_of(clock: KnownClock, quotes: Mapping[Quote, Text]) -> Text:
    """Return a clock's due time as a text quotes it."""
    if clock.label is None:
        return quotes[Quote.WITHHELD if clock.is_withheld else Quote.UNSET]
    if not clock.is_provisional:
        return Text(clock.label, clock.label)
    return Text(f"{clock.label}（暂定）", f"{clock.label} (provisional)")


def stages_in(text: Text) -> tuple[str, ...]:
    """Return the clocks whose deadlines a text quotes."""
    return tuple(sorted(name.removeprefix(DEADLINE) for name in names_in(text) if name.startswith(DEADLINE)))
