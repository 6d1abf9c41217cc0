"""What is kept of a subject that has clocks: a case, and later other things with deadlines."""

from dataclasses import dataclass

from shared.kernel.subject import Subject
from shared.rules.clocks.case_clocks import CaseClocks


@dataclass(frozen=True, slots=True)
class ClockedCase:
    """A subject as its last message left it, with its clocks.

    Args:
        number: by which people call it.
        state: what is known of it, its timeline, its clocks in order of their start.
    """

    subject: Subject
    number: str
    town: str
    state: CaseClocks
