"""What a town owes again and again, reckoned from its pack and its calendar alone.

`owners` says which posts owe a duty, `occurrences` on which days, `standing` what became of one of them. Pure: it
knows no clock, no person and no store.
"""

from shared.rules.duties.kept import Kept
from shared.rules.duties.occurrence import Occurrence
from shared.rules.duties.occurrences import occurrences, unwritten
from shared.rules.duties.ordered import ordered
from shared.rules.duties.owners import owners
from shared.rules.duties.standing import Compliance, State, standing
from shared.rules.duties.wanted import Members

__all__ = [
    "Compliance",
    "Kept",
    "Members",
    "Occurrence",
    "State",
    "occurrences",
    "ordered",
    "owners",
    "standing",
    "unwritten",
]
