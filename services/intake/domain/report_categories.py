"""What a report is about: the category that it names or its words propose, and what else it concerns.

Decides by the town's pack whether a person must confirm it before there is a case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from services.intake.domain.case import ProposedCategory
from services.intake.domain.refusal import Refusal, refusal
from shared.rules.decide.propose import propose
from shared.rules.pack.model import Category, Pack

BY_CATEGORY, BY_MACHINE = "category", "machine"  # why a report waits for a person
WAITS_FOR = (BY_CATEGORY, BY_MACHINE)
_COMPARED = 2000
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReportCategories:
    """What a report is about.

    Args:
        category: the one named first; '' where the words of a draft propose none.
        also: further categories concerned.
        proposal: what the words proposed, where the report named no category.
    """

    category: str
    also: tuple[str, ...]
    proposal: ProposedCategory | None = None


def report_categories(pack: Pack, category: str | None, also: Sequence[str], words: str) -> ReportCategories:
    """Return what a report is about.

    Args:
        words: title and text of the report, in which the pack's keywords are looked for.

    Raises:
        Refusal: there is no such category; or none is named, and the words do not tell.
    """
    if category is not None:
        return ReportCategories(*named(pack, category, also))
    if pack.proposed_category is None:
        raise no_category(pack, "category-missing")
    proposal = propose(pack, words)
    if proposal is not None:
        proposed = ProposedCategory(proposal.category, proposal.matched)
        return ReportCategories(*named(pack, proposal.category, also), proposed)
    if pack.proposed_category == "taken":
        raise no_category(pack, "category-not-found")
    return ReportCategories("", known_categories(pack, also))


def no_category(pack: Pack, code: str) -> Refusal:
    """Return the refusal of a report without category, with some that there are."""
    return refusal(code, {"field": "category"}, known=", ".join(list(pack.categories)[:_SHOWN]))


def named(pack: Pack, category: str, also: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the category named first and the others, each once; which of them leads is the rules' (RC-17).

    Raises:
        Refusal: there is no such category.
    """
    keys = (*known_categories(pack, [category], "category"), *known_categories(pack, also))
    main, *others = dict.fromkeys(keys)
    return main, tuple(others)


def known_categories(pack: Pack, keys: Sequence[str], field: str = "also") -> tuple[str, ...]:
    """Return the keys, all of which the pack has.

    Raises:
        Refusal: `unknown-category`.
    """
    for key in keys:
        if key not in pack.categories:
            raise unknown("unknown-category", field, key, pack.categories)
    return tuple(keys)


def unknown(code: str, name: str, value: str, known: Collection[str]) -> Refusal:
    """Return the refusal of a key that the pack does not have, with those that come near."""
    close = get_close_matches(value[:100], list(known)[:_COMPARED], n=1)
    return refusal(code, {"field": name}, given=value, known=", ".join(close or list(known)[:_SHOWN]))


def categories_of(pack: Pack, about: ReportCategories) -> list[Category]:
    """Return every category concerned that the pack has."""
    return [pack.categories[key] for key in (about.category, *about.also) if key in pack.categories]
