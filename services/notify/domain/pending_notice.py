"""One thing to be told to some recipients: a rule's text that is complete, or waits for a deadline.

Decides when a text is ready. Must not know how units resolve to people, nor stores.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from services.notify.domain.deadlines import AwaitedClock, DeadlineQuote, KnownClock, quoted
from services.notify.domain.notification import NoticeCause
from shared.contracts.messages import Reason
from shared.kernel.texts import Text
from shared.rules.decide.wording import DEADLINE, names_in

Quotes = Mapping[DeadlineQuote, Text]


class Addressee(Struct, frozen=True, omit_defaults=True):
    """Whom a rule names: a unit, the reporter (by reference), or the public."""

    party: str
    unit: str | None = None
    person: str | None = None
    is_public: bool = False


class PendingNotice(Struct, frozen=True, omit_defaults=True):
    """A text on its way.

    Args:
        text: with placeholders.
        values: what the placeholders read, by name; deadlines only once they are known.
        awaits: clocks that are still to be heard of, by stage.
        channels: as the rule says; empty: as the recipient's unit says.
        is_urgent: it is told at once, whatever the hour.
    """

    cause: NoticeCause
    reason: Reason
    recipients: tuple[Addressee, ...]
    text: Text
    values: dict[str, Text] = field(default_factory=dict)
    awaits: dict[str, AwaitedClock] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    is_urgent: bool = False

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.awaits

    def with_deadline(
        self, stage: str, answer: KnownClock | AwaitedClock | DeadlineQuote, quotes: Quotes
    ) -> "PendingNotice":
        """Return the notice with a stage's deadline filled in, or waiting for its clock."""
        if isinstance(answer, AwaitedClock):
            return replace(self, awaits={**self.awaits, stage: answer})
        label = quotes[answer] if isinstance(answer, DeadlineQuote) else label_of(answer, quotes)
        return replace(self, values={**self.values, DEADLINE + stage: label})

    def hear(self, clocks: Collection[KnownClock], quotes: Quotes) -> "PendingNotice":
        """Return the notice with every deadline filled in that these clocks answer."""
        found = {
            stage: clock
            for stage, wanted in self.awaits.items()
            if (clock := quoted(wanted, clocks)) is not None
        }
        labels = {DEADLINE + stage: label_of(clock, quotes) for stage, clock in found.items()}
        left = {stage: wanted for stage, wanted in self.awaits.items() if stage not in found}
        return replace(self, values={**self.values, **labels}, awaits=left)

    def give_up_waiting(self, quotes: Quotes) -> "PendingNotice":
        """Return the notice with 'not known yet' in the place of what is missing: better told so than not."""
        labels = {DEADLINE + stage: quotes[DeadlineQuote.PENDING] for stage in self.awaits}
        return replace(self, values={**self.values, **labels}, awaits={})


def label_of(clock: KnownClock, quotes: Quotes) -> Text:
    """Return a clock's due time as a text quotes it."""
    if clock.label is None:
        return quotes[DeadlineQuote.WITHHELD if clock.is_withheld else DeadlineQuote.UNSET]
    if not clock.is_provisional:
        return Text(clock.label, clock.label)
    return Text(f"{clock.label}（暂定）", f"{clock.label} (provisional)")


def stages_in(text: Text) -> tuple[str, ...]:
    """Return the clocks whose deadlines a text quotes."""
    return tuple(sorted(name.removeprefix(DEADLINE) for name in names_in(text) if name.startswith(DEADLINE)))
