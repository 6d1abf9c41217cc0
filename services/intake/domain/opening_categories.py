"""Who may bring a matter of a category: anybody, unless the town's pack keeps it for roles or offices.

Decides by the actor's role and unit. What an engineer brings in from an older system was opened there.
"""

from collections.abc import Iterable
from dataclasses import replace

from services.intake.domain.actors import ENGINEER
from services.intake.domain.naming import named
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.rules.case.addresses import key_of
from shared.rules.pack.model import Category, Pack


def open_to(pack: Pack, actor: Actor) -> Pack:
    """Return the pack with those categories alone that the actor may bring: what others are asked and offered."""
    if all(_opens(pack, category, actor) for category in pack.categories.values()):
        return pack
    offered = {key: kept for key, kept in pack.categories.items() if _opens(pack, kept, actor)}
    return replace(pack, categories=offered)


def refuse_categories(pack: Pack, actor: Actor, keys: Iterable[str | None]) -> Refusal | None:
    """Return a refusal where a category is kept for others, or None; unknown keys are somebody else's to refuse."""
    known = (pack.categories[key] for key in keys if key is not None and key in pack.categories)
    closed = next((category for category in known if not _opens(pack, category, actor)), None)
    if closed is None:
        return None
    who = named(pack, [pack.noun(word) for word in closed.opened_by])
    return refusal("category-not-yours", {"field": "category"}, category=closed.name, who=who)


def _opens(pack: Pack, category: Category, actor: Actor) -> bool:
    if not category.opened_by or actor.role in (*category.opened_by, ENGINEER):
        return True
    jurisdiction = (actor.unit or "").rpartition("/")[0]
    is_of_town = jurisdiction == pack.town or jurisdiction.startswith(f"{pack.town}.")
    return is_of_town and key_of(actor.unit or "") in map(pack.noun, category.opened_by)
