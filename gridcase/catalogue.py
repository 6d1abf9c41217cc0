"""Texts for people, each in Chinese and English, in a TOML file beside the code that uses them.

Decides how a text's terms are filled in. Must not know who reads it, nor in which language.
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files

from shared.kernel.texts import Text


class TextCatalogue:
    """The texts of one package.

    Args:
        package: in it lies `words.toml`, with a table of `zh` and `en` for each key.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    def text(self, key: str, **terms: object) -> Text:
        """Return a text with its terms filled in; a term that is a `Text` stands in the language around it.

        Raises:
            KeyError: there is no such text, or it wants a term that was not given.
        """
        text = self._texts[key]
        return Text(
            text.zh.format(
                **{name: term.zh if isinstance(term, Text) else term for name, term in terms.items()}
            ),
            text.en.format(
                **{name: term.en if isinstance(term, Text) else term for name, term in terms.items()}
            ),
        )

    @cached_property
    def _texts(self) -> Mapping[str, Text]:
        read = tomllib.loads(files(self._package).joinpath("words.toml").read_text(encoding="utf-8"))
        return {key: Text(**entry) for key, entry in read.items()}
