"""All alterations of what is counted and assessed; scenarios that are reckoned must feel them (`duty_trials`)."""

from collections.abc import Iterator

from gridcase.mutation.figures import of_document, of_figure
from gridcase.mutation.measures import of_measure
from gridcase.mutation.mutant import Mutant
from shared.rules.pack.model import Pack


def assessment_mutants(pack: Pack) -> Iterator[Mutant]:
    """Yield every alteration of a pack's figures, measures and documents."""
    for figure in pack.figures.values():
        yield from of_figure(pack, figure)
    for measure in pack.measures.values():
        yield from of_measure(pack, measure)
    for document in pack.documents.values():
        yield from of_document(pack, document)
