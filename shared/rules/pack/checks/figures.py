"""Checks what figures and measures do to one another, and that what is said of persons is not for everybody."""

from shared.rules.language.vocabulary import PER
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.model import Document, Figure, Pack, Per, TallyKind, TownMeasure
from shared.rules.worktime.spans import SpanKind

_LENGTH = list(SpanKind)  # the shorter first


def check_figures(pack: Pack, draft: Draft) -> None:
    """Complain of measures that cannot be reckoned, and of persons whose figures everybody reads."""
    draft.rule = None
    for key in pack.figures.keys() & pack.measures.keys():
        draft.complain("figure-and-measure", draft.entries["measure", key].node.where, name=key)
    for figure in pack.figures.values():
        _check_readers(draft, "figure", figure, figure.per)
        _check_value(pack, draft, figure)
    for measure in pack.measures.values():
        _check_readers(draft, "measure", measure, measure.of)
        _check_same(pack, draft, measure)
        _check_ranks(draft, measure)
    for document in pack.documents.values():
        _check_held(pack, draft, document)
    for loop in loops({key: (each.adds,) for key, each in pack.measures.items() if each.adds}):
        where = draft.entries["measure", loop[0]].where("adds")
        draft.complain("adds-loop", where, loop=" → ".join(loop))


def _check_readers(draft: Draft, kind: str, each: Figure | TownMeasure, per: Per) -> None:
    if per is Per.PERSON and (each.readers is None or not each.readers.all):
        draft.complain("persons-for-everybody", draft.entries[kind, each.key].node.where, name=each.key)


def _check_value(pack: Pack, draft: Draft, figure: Figure) -> None:
    """Only numbers can be added up."""
    for form in figure.of.names if figure.value and figure.of.kind is TallyKind.RECORD else ():
        fact = pack.records[form].facts.get(figure.value or "")
        if fact is not None and fact.type.kind not in (Kind.INT, Kind.DECIMAL):
            where = draft.entries["figure", figure.key].where("value")
            draft.complain("value-not-number", where, name=figure.value)


def _check_same(pack: Pack, draft: Draft, measure: TownMeasure) -> None:
    """Figures of others than those who are assessed give these no points; what is added up lies within the period."""
    entry = draft.entries["measure", measure.key]
    named = [(entry.where("figure"), measure.figure)]
    named += [(entry.where("items"), item.figure) for item in measure.items.values()]
    for where, key in named:
        if key and pack.figures[key].per is not measure.of:
            of = PER.written(pack.figures[key].per, entry.language)
            draft.complain("figure-of-others", where, name=key, per=of)
    added = pack.measures.get(measure.adds or "")
    if added is None:
        return
    if added.of is not measure.of or _LENGTH.index(added.every) >= _LENGTH.index(measure.every):
        draft.complain("adds-unfit", entry.where("adds"), name=added.key)


def _check_held(pack: Pack, draft: Draft, document: Document) -> None:
    for key in document.holds:
        known = pack.figures.get(key) or pack.measures.get(key)
        if known is not None and known.every is not document.every and key in pack.measures:
            where = draft.entries["document", document.key].where("holds")
            draft.complain("held-unfit", where, name=key)


def _check_ranks(draft: Draft, measure: TownMeasure) -> None:
    for key, proposal in measure.proposals.items():
        if measure.rank is None and (proposal.bound.last or proposal.bound.first):
            where = draft.entries["measure", measure.key].where("proposes")
            draft.complain("rank-unsaid", where, proposal=key)
