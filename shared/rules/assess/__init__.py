"""What a town's figures and measures come to: pure, from what was counted.

Reads top down: `counted` (what there is to count), `subjects` (of whom), `figures` (values with the list behind each),
`measures` (points and ranks), `bounds` (when something is proposed), `proposals`, `documents`.
"""

from shared.rules.assess.counted import APART, Struck, Tallied
from shared.rules.assess.documents import LOOKS_FURTHER, DocumentDraft, DraftLine, draft_of
from shared.rules.assess.figures import Book, FigureValue
from shared.rules.assess.measures import MeasureStanding, PointsGiven, PointsRefused, refusal, standings
from shared.rules.assess.proposals import Proposed, proposed
from shared.rules.assess.readers import FigureReader, reads
from shared.rules.assess.returning import PERSONS

__all__ = [
    "APART",
    "LOOKS_FURTHER",
    "PERSONS",
    "Book",
    "DocumentDraft",
    "DraftLine",
    "FigureReader",
    "FigureValue",
    "MeasureStanding",
    "PointsGiven",
    "PointsRefused",
    "Proposed",
    "Struck",
    "Tallied",
    "draft_of",
    "proposed",
    "reads",
    "refusal",
    "standings",
]
