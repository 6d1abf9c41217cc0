"""Finds the templates that a town uses, in the edition that it pins, and reads each only once.

Decides which file is meant and whether it is what it says. Must not know what a section means.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.texts import Language
from shared.rules.language import nodes
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, PackError
from shared.rules.language.heads import with_heads
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.language.vocabulary import LANGUAGES

TEMPLATE_FILE = "template.yaml"


@dataclass(frozen=True, slots=True)
class Use:
    """A template in use, with the nouns that the town supplies."""

    name: str
    entry: Entry  # what the town says of it
    template: Entry


class TemplateCache:
    """Templates that were read before, so that many towns on one template read it once.

    Holds no state but what equal texts always give; hand the same one to every `build_pack` of a run or a process.

    Args:
        capacity: how many are kept; the first read is the first to go.
    """

    def __init__(self, capacity: int = 64) -> None:
        self._capacity = capacity
        self._read: dict[tuple[str, str], tuple[Entry | None, list[PackError]]] = {}

    def template(self, name: str, file: str, text: str, complaints: Complaints) -> Entry | None:
        """Return the template's entry, complaining anew of everything that is wrong with it."""
        # Known by its text as well: a file may have changed since another town used it.
        read = self._read.get((file, text))
        if read is None:
            found = Complaints()
            read = (_template(name, file, text, found), found.found)
            self._keep((file, text), read)
        entry, faults = read
        complaints.found.extend(faults)
        return entry

    def _keep(self, key: tuple[str, str], read: tuple[Entry | None, list[PackError]]) -> None:
        self._read[key] = read
        for oldest in [*self._read][: -self._capacity]:
            self._read.pop(oldest, None)  # another thread may have been here


def use_of(
    files: Mapping[str, str], name: str, item: Item, complaints: Complaints, pack_cache: TemplateCache
) -> Use | None:
    """Return the template that a town uses, or None after a complaint."""
    use = entry_of(item)
    file = template_file(files, name, use.whole("edition"))
    if file is None:
        complaints.add("template-not-found", item.head, name=name)
        return None
    template = pack_cache.template(name, file, files[file], complaints)
    if template is None:
        return None
    _check_edition(use, template, complaints)
    return Use(name, use, template)


def _template(name: str, file: str, text: str, complaints: Complaints) -> Entry | None:
    tree = parse(text, file, complaints)
    if not isinstance(tree, nodes.Mapping):
        if tree is not None:
            complaints.add("template-not-first", tree.where, key="template", town=name)
        return None
    check_first(tree, "template", name, complaints)
    language = language_of(tree, "template")
    reader = StructureReader(complaints, language, prose_language(tree))
    return reader.entry(RECORDS["template"], with_heads(tree, "template", language, complaints))


def template_file(files: Mapping[str, str], name: str, edition: int | None) -> str | None:
    """Return the file of the pinned edition: `edition-<n>.yaml` if it is kept, else `template.yaml`."""
    for file in (f"{name}/edition-{edition}.yaml", f"{name}/{TEMPLATE_FILE}"):
        if file in files:
            return file
    return None


def _check_edition(use: Entry, template: Entry, complaints: Complaints) -> None:
    pinned, there = use.whole("edition"), template.whole("edition")
    if pinned is not None and there is not None and pinned != there:
        complaints.add(
            "template-edition-differs",
            use.where("edition"),
            pinned=pinned,
            there=there,
            name=template.name("template"),
            file=template.node.where.file,
        )


def prose_language(main: nodes.Mapping) -> Language:
    """Return the language of texts that a pack gives in one only: what it says, or Chinese."""
    # Read from the bare tree: the structure is read only after this, since its texts are kept in that language.
    for key, value in main:
        if key.text in ("language", "语言") and isinstance(value, nodes.Scalar):
            return "en" if value.text in ("en", LANGUAGES.chinese["en"]) else "zh"
    return "zh"


def check_first(tree: nodes.Node, key: str, name: str, complaints: Complaints) -> None:
    """Complain if the first key does not say what the file is, or not the name of its folder."""
    first = next(iter(tree), None) if isinstance(tree, nodes.Mapping) else None
    if first is None or first[0].text not in (key, keys(key).written(key, "zh")):
        complaints.add(f"{key}-not-first", (first[0] if first else tree).where, key=key, town=name)
    elif isinstance(first[1], nodes.Scalar) and first[1].text != name:
        complaints.add("name-is-not-folder", first[1].where, name=first[1].text, folder=name)
