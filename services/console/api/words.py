"""The words of the pages, in both languages: one catalogue beside the templates.

Decides how a key becomes a sentence. Words that the services know (categories, units, steps, refusals) come from them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from shared.kernel.texts import Language, Text

Tree = Mapping[str, "Tree | str"]


class PageWords:
    """The catalogue.

    Args:
        texts: by key, such as 'nav.desk'.
    """

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    @property
    def texts(self) -> Mapping[str, Text]:
        """Every text by its key."""
        return self._texts

    def say(self, language: Language, key: str, **terms: object) -> str:
        """Return a text with its terms filled in.

        Raises:
            KeyError: no such key, or a term is missing.
        """
        return self._texts[key].in_language(language).format_map(terms)

    def knows(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts


@cache
def page_words() -> PageWords:
    """Return the catalogue of this package."""
    tree: Tree = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return PageWords(dict(_texts(tree, "")))


def _texts(tree: Tree, path: str) -> Iterator[tuple[str, Text]]:
    for name, value in tree.items():
        if isinstance(value, str):
            continue
        key = f"{path}.{name}" if path else name
        zh, en = value.get("zh"), value.get("en")
        if isinstance(zh, str) and isinstance(en, str):
            yield key, Text(zh, en)
        else:
            yield from _texts(value, key)
