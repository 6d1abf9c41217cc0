"""A case as somebody sees it who has no need to know which persons its texts name.

Decides which parts of a case are texts of people: what is declared as a choice or a number is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from services.intake.domain.case import Case
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.masking import masked
from services.intake.domain.records import AttachedFile
from shared.rules.pack.model import Masked


@dataclass(frozen=True, slots=True)
class CaseMask:
    """What is masked in one case's texts.

    Args:
        names: of those who reported it.
    """

    what: frozenset[Masked]
    names: tuple[str, ...] = ()

    def text(self, text: str) -> str:
        """Return a text with what is to be masked replaced."""
        return masked(text, self.what, self.names)

    def case(self, case: Case) -> Case:
        """Return a copy of the case with its texts masked; it must not be kept."""
        draft = case.draft
        if draft is not None and draft.reason:
            draft = changed(draft, reason=self.text(draft.reason))
        return replace(
            case,
            title=None if case.title is None else self.text(case.title),
            text=self.text(case.text),
            texts={name: self.text(text) for name, text in case.texts.items()},
            draft=draft,
        )

    def history(self, entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
        """Return the entries with their texts masked; their digests are those of the whole texts."""
        return [
            replace(
                entry, texts={name: (salt, self.text(text)) for name, (salt, text) in entry.texts.items()}
            )
            if entry.texts
            else entry
            for entry in entries
        ]

    def files(self, files: Sequence[AttachedFile]) -> list[AttachedFile]:
        """Return what is known of files, with their names masked."""
        return [changed(file, name=self.text(file.name)) for file in files]
