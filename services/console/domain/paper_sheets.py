"""A town's own templates of papers, as intake gives them, and the proof of a case's history."""

from msgspec import Struct


class TemplateRow(Struct, frozen=True):
    """A template: of which paper, in which language."""

    paper: str
    language: str
    text: str


class TemplateRows(Struct, frozen=True):
    """All of a town's own."""

    papers: tuple[TemplateRow, ...] = ()

    def text_of(self, paper: str, language: str) -> str | None:
        """Return the town's own template of a paper; None: it has none."""
        return next(
            (each.text for each in self.papers if (each.paper, each.language) == (paper, language)), None
        )


class ChainSheet(Struct, frozen=True):
    """Whether a case's history is whole, and the hash at the head of its chain."""

    whole: bool = False
    entries: int = 0
    head: str = ""
