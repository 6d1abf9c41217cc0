"""Takes up the town's own templates of papers; whether they can be filled in is for the checks."""

from collections.abc import Mapping

from shared.rules.language.errors import Where
from shared.rules.pack.build.assemble import PAPER_ENDING, PAPER_START
from shared.rules.pack.build.drafting import Draft

_LANGUAGES = ("zh", "en")


def build_papers(draft: Draft) -> Mapping[str, str]:
    """Return the texts of templates by 'name.language', as their files are called."""
    found: dict[str, str] = {}
    for file, text in draft.assembly.papers.items():
        named = file.rpartition("/")[2].removeprefix(PAPER_START).removesuffix(PAPER_ENDING)
        paper, _, language = named.rpartition(".")
        if not paper or language not in _LANGUAGES:
            draft.complain("paper-language", Where(file, 1), file=file)
        found[named] = text
    return found
