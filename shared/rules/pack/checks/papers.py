"""Checks that the town's own templates of papers can be filled in: of papers that there are, with names they know."""

from collections.abc import Collection, Mapping

from shared.rules.language.errors import Where, nearest
from shared.rules.pack.build.assemble import PAPER_ENDING, PAPER_START
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Pack
from shared.rules.papers.kinds import PaperKind, paper_kinds
from shared.rules.papers.template import read_template

_FORM, _SHEET = "form", "sheet"


def check_papers(pack: Pack, draft: Draft) -> None:
    """Complain of templates of nothing, and of lines that say what cannot be filled in."""
    draft.rule = None
    for named, text in pack.papers.items():
        paper = named.rpartition(".")[0]
        file = f"{pack.town}/{PAPER_START}{named}{PAPER_ENDING}"
        kind = kind_of(pack, paper)
        if kind is None:
            draft.complain(
                "paper-unknown", Where(file, 1), name=paper, advice=nearest(paper, papers_of(pack))
            )
        else:
            _check(draft, file, text, kind, keys_of(pack, paper))


def kind_of(pack: Pack, paper: str) -> PaperKind | None:
    """Return the kind of a paper that a town's file names: a kind itself, or a document, form or sheet of the town."""
    kinds = paper_kinds()
    if paper in kinds:
        return kinds[paper]
    if (document := pack.documents.get(paper)) is not None:
        return kinds[document.kind.value]
    if paper in pack.records:
        return kinds[_FORM]
    return kinds[_SHEET] if pack.teams and paper in pack.teams.sheets else None


def papers_of(pack: Pack) -> list[str]:
    """Return the names of all papers that a town may have a template of."""
    sheets = pack.teams.sheets if pack.teams else ()
    return sorted({*paper_kinds(), *pack.documents, *pack.records, *sheets})


def keys_of(pack: Pack, paper: str) -> Mapping[str, Collection[str]]:
    """Return the keys of the town that a template's keyed names may take, by name."""
    form, document = pack.records.get(paper), pack.documents.get(paper)
    forms = [form] if form else list(pack.records.values())
    documents = [document] if document else list(pack.documents.values())
    facts = {fact for each in forms for fact in each.facts} if form or paper == _FORM else set(pack.facts)
    figures = document.holds if document else {*pack.figures, *pack.measures}
    headings = max((len(each.words) for each in documents), default=0)
    return {"fact": facts, "figure": frozenset(figures), "heading": [str(n + 1) for n in range(headings)]}


def _check(draft: Draft, file: str, text: str, kind: PaperKind, keys: Mapping[str, Collection[str]]) -> None:
    for fault in kind.faults(read_template(text), keys):
        draft.complain(
            fault.code, Where(file, fault.line), said=fault.said, advice=nearest(fault.said, fault.known)
        )
