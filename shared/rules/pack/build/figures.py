"""Builds figures: what is counted, for whom, in which period, and who reads it.

Decides what a figure needs to come about, and that what it counts is declared.
"""

from collections.abc import Iterable, Mapping

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.schema import keys
from shared.rules.language.vocabulary import CLOCKS, FIGURE_DOES, MILESTONES, YES_NO
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.form_kinds import holders
from shared.rules.pack.model import Does, Figure, FigureReaders, FigureTally, Origin, Per, TallyKind
from shared.rules.worktime.spans import SpanKind

# What each way of reckoning needs beside what is counted, and what alone may give a number.
_NEEDS: Mapping[str, str] = {"share": "part", "rate": "against"}
_VALUED = ("sum", "mean")
_DECLARED: Mapping[TallyKind, str] = {TallyKind.RECORD: "form", TallyKind.DUTY: "duty"}


def build_figures(draft: Draft) -> dict[str, Figure]:
    """Return the figures by their keys."""
    return {
        key: figure
        for key, sourced in draft.sourced("figures").items()
        if (figure := _figure(draft, key, sourced))
    }


def _figure(draft: Draft, key: str, sourced: Sourced) -> Figure | None:
    entry = begin(draft, "figure", key, sourced)
    of = entry.entry("of")
    does, per, every = (entry.name(field) for field in ("does", "per", "every"))
    if of is None or does is None or per is None or every is None:
        return None
    _check_parts(draft, entry, does)
    part, against = entry.entry("part"), entry.entry("against")
    counting = _counting(draft, of)
    return Figure(
        key=key,
        origin=origin_of(draft, key, sourced),
        name=entry.text("name"),
        does=Does(does),
        of=counting,
        per=Per(per),
        every=SpanKind(every),
        part=_counting(draft, part, counting.kind) if part else None,
        against=_counting(draft, against) if against else None,
        value=_value(draft, entry, counting),
        anonymous=entry.flag("anonymous"),
        readers=readers_of(draft, entry),
    )


def begin(draft: Draft, kind: str, key: str, sourced: Sourced) -> Entry:
    """Return the record of a figure, measure or document, remembered for later complaints."""
    draft.rule = None
    draft.entries[kind, key] = entry_of(sourced.item)
    return draft.entries[kind, key]


def origin_of(draft: Draft, key: str, sourced: Sourced) -> Origin:
    """Return reasons and dates of what is a table's entry and not a rule."""
    entry = entry_of(sourced.item)
    first, last = draft.valid(entry)
    because = draft.because(entry, sourced.template)
    return Origin(key, entry.text("name"), because, first, last, spot(sourced.item.head))


def readers_of(draft: Draft, entry: Entry) -> FigureReaders | None:
    """Return who reads; None: everybody who works for the town."""
    said = entry.entry("seen_by")
    if said is None:
        return None
    return FigureReaders(holders(draft, said.items("all")), holders(draft, said.items("own")))


def _check_parts(draft: Draft, entry: Entry, does: str) -> None:
    for kind, field in _NEEDS.items():
        if (does == kind) != (field in entry):
            code = "figure-lacks" if does == kind else "figure-idle"
            _complain(draft, code, entry, field, does)
    if "value" in entry and does not in _VALUED:
        _complain(draft, "figure-idle", entry, "value", does)


def _complain(draft: Draft, code: str, entry: Entry, field: str, does: str) -> None:
    said = FIGURE_DOES.written(does, entry.language)
    draft.complain(code, entry.where(field, "does"), key=written(entry, field), does=said)


def written(entry: Entry, field: str) -> str:
    """Return a key as its file writes it, there or not."""
    return keys(entry.record).written(field, entry.language)


def _counting(draft: Draft, entry: Entry, kind: TallyKind | None = None) -> FigureTally:
    counted = kind or TallyKind(entry.name("what") or TallyKind.CASE)
    named = _named(draft, entry.items("named"), counted)
    _check_entries(draft, entry, named if counted is TallyKind.RECORD else ())
    return FigureTally(
        counted,
        named,
        entry.names("result"),
        {
            name: tuple(plain(str(value.value)) for value in item.items())
            for name, item in entry.table("facts").items()
        },
        draft.refer_all("category", entry.items("category")),
    )


def _check_entries(draft: Draft, entry: Entry, forms: Iterable[str]) -> None:
    """What is asked of a form's entries is an entry of it."""
    for form in forms:
        known = entry_of(draft.sourced("records")[form].item).table("facts")
        for name, item in entry.table("facts").items():
            if name not in known:
                draft.complain("unknown-entry", item.head, name=name, advice=nearest(name, known))


def plain(value: str) -> str:
    """Return a value with yes and no in English, whatever the file's language."""
    return YES_NO.canonical(value, "zh") or value


def _named(draft: Draft, items: Iterable[Item], kind: TallyKind) -> tuple[str, ...]:
    return tuple(str(item.value) for item in draft.distinct(items) if _is_named(draft, item, kind))


def _is_named(draft: Draft, item: Item, kind: TallyKind) -> bool:
    if kind in _DECLARED:
        return draft.refer(_DECLARED[kind], item)
    there = _there(draft, kind)
    if item.value in there:
        return True
    draft.complain("counted-unknown", item.where, name=item.value, advice=nearest(str(item.value), there))
    return False


def _there(draft: Draft, kind: TallyKind) -> list[str]:
    """What things of a kind are called; of deliveries and sessions there is one kind only."""
    if kind is TallyKind.CASE:
        return [*MILESTONES.chinese, *draft.names.all("step")]
    if kind is TallyKind.CLOCK:
        return [*CLOCKS.chinese, *draft.names.all("clock")]
    return list(draft.sourced("ledger.types")) if kind is TallyKind.ENTRY else []


def _value(draft: Draft, entry: Entry, of: FigureTally) -> str | None:
    """The entry whose number is added; every form that is counted has it."""
    name = entry.name("value")
    for form in of.names if name and of.kind is TallyKind.RECORD else ():
        known = entry_of(draft.sourced("records")[form].item).table("facts")
        if name not in known:
            advice = nearest(str(name), known)
            draft.complain("unknown-entry", entry.where("value"), name=name, advice=advice)
    return name
