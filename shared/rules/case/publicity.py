"""Whether the public is shown a case or only counts it (A-20).

Decides by the town's categories alone: what is private is counted, unless each private category of the case says that
its result is published without the person (P002B.12). Who may read the case itself is another matter.
"""

from collections.abc import Iterable

from shared.rules.pack.model import Pack


def is_counted_only(pack: Pack, is_private: bool, categories: Iterable[str]) -> bool:
    """Tell whether publications of a case are a number among others and no more.

    Args:
        is_private: as the case says it; a case that is private for another reason than its categories is counted only.
        categories: keys of the main category and of further ones.
    """
    known = [pack.categories[key] for key in categories if key in pack.categories]
    private = [category for category in known if category.private]
    return is_private and not (private and all(category.result_public for category in private))
