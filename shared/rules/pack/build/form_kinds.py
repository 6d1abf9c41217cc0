"""Builds the forms that people fill in (`records`).

Decides what an entry of a form can be, and that what is needed is one of its entries.
"""

from collections.abc import Iterable, Mapping

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.nodes import Node
from shared.rules.language.vocabulary import ROLES
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.factkinds import declared_type
from shared.rules.pack.model import About, Form, FormFact, Origin


def build_forms(draft: Draft) -> dict[str, Form]:
    """Return the forms by their keys."""
    return {
        key: form for key, sourced in draft.sourced("records").items() if (form := _form(draft, key, sourced))
    }


def _form(draft: Draft, key: str, sourced: Sourced) -> Form | None:
    entry = entry_of(sourced.item)
    draft.entries["form", key] = entry
    about = entry.name("about")
    facts = _entries(draft, entry, "facts")
    if about is None:
        return None
    form = Form(
        key=key,
        origin=_origin(draft, key, sourced),
        name=entry.text("name"),
        about=About(about),
        by=holders(draft, entry.items("by")),
        facts=facts,
        on_opening=_needed(draft, entry, "opens_with", facts),
        on_closing=_needed(draft, entry, "needs", facts),
        same_day=entry.flag("same_day"),
        seen_by=holders(draft, entry.items("seen_by")),
        rows=_entries(draft, entry, "rows"),
        pictures=entry.flag("pictures"),
    )
    _check_seal(draft, entry, form)
    return form


def _origin(draft: Draft, key: str, sourced: Sourced) -> Origin:
    entry = entry_of(sourced.item)
    first, last = draft.valid(entry)
    because = draft.because(entry, sourced.template)
    return Origin(key, entry.text("name"), because, first, last, spot(sourced.item.head))


def holders(draft: Draft, items: Iterable[Item]) -> tuple[str, ...]:
    """Return units, slots and roles that a list names."""
    named = draft.distinct(items)
    return tuple(str(item.value) for item in named if item.value in ROLES or draft.refer("unit", item, ROLES))


def _entries(draft: Draft, entry: Entry, field: str) -> dict[str, FormFact]:
    table = entry.table(field)
    return {key: fact for key, item in table.items() if (fact := _entry(draft, key, item, entry))}


def _entry(draft: Draft, key: str, item: Item, form: Entry) -> FormFact | None:
    said = item.as_(Entry)
    written = said.item("type") if said else item
    node = written.value if written else None
    if not isinstance(node, Node):
        return None
    declared = declared_type(draft, node, form.language)
    if declared is None:
        return None
    type_ = FactType(key, declared.kind, declared.values, declared.low, declared.high)
    if said is None:
        return FormFact(type_, Text(key, key), value_names=declared.names)
    if said.flag("long") and declared.kind is not Kind.TEXT:
        draft.complain("long-not-text", said.where("long"))
    if said.flag("from_day") and not said.flag("long"):
        draft.complain("draft-not-long", said.where("from_day"))
    return FormFact(
        type_,
        said.text("name") if "name" in said else Text(key, key),
        said.flag("sealed"),
        said.flag("long"),
        said.flag("many"),
        declared.names,
        said.flag("from_day"),
    )


def _needed(draft: Draft, entry: Entry, field: str, facts: Mapping[str, FormFact]) -> tuple[str, ...]:
    named = draft.distinct(entry.items(field))
    for item in named:
        if item.value not in entry.table("facts"):
            advice = nearest(str(item.value), entry.table("facts"))
            draft.complain("unknown-entry", item.where, name=item.value, advice=advice)
    return tuple(str(item.value) for item in named if item.value in facts)


def _check_seal(draft: Draft, entry: Entry, form: Form) -> None:
    """What is sealed is shown to somebody that the pack names, or it is not sealed."""
    sealed = [key for key, fact in {**form.facts, **form.rows}.items() if fact.sealed]
    if sealed and not form.seen_by:
        draft.complain("sealed-for-everybody", entry.where("facts"), name=sealed[0])
