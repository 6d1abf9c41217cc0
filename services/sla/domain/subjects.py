"""What is kept of a subject that has clocks: a case, or an occurrence of a duty."""

from dataclasses import dataclass
from typing import Protocol

from shared.kernel.subject import Subject
from shared.rules.clocks.case_clocks import CaseClocks
from shared.rules.clocks.clock import Clock


class Clocked(Protocol):
    """What is said of a subject with each of its clocks."""

    @property
    def subject(self) -> Subject:
        """Which it is."""

    @property
    def number(self) -> str:
        """By which people call it."""

    @property
    def town(self) -> str:
        """Whose it is."""

    @property
    def edition(self) -> str:
        """To which it is bound."""


@dataclass(frozen=True, slots=True)
class ClockedCase:
    """A case as its last message left it, with its clocks.

    Args:
        number: by which people call it.
        state: what is known of it, its timeline, its clocks in order of their start.
    """

    subject: Subject
    number: str
    town: str
    state: CaseClocks

    @property
    def edition(self) -> str:
        """To which it is bound."""
        return self.state.edition


@dataclass(frozen=True, slots=True)
class ClockedDuty:
    """An occurrence of a duty with its clock.

    Args:
        number: by which people call it.
        edition: under which it was reckoned; duty: its key there.
        clock: None: it is only listed.
    """

    subject: Subject
    number: str
    town: str
    edition: str
    duty: str
    clock: Clock | None
