"""Brings a town's files and the templates that it uses together, section by section.

Decides which file a section comes from and which of two entries with the same key counts. Must not know
what a section means.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Language
from shared.rules.language import nodes
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, Where
from shared.rules.language.heads import HEADS, with_heads
from shared.rules.language.schema import RECORDS
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.pack.build.templates import TemplateCache, Use, check_first, prose_language, use_of

PACK_FILE, SCENARIO_FILE = "pack.yaml", "scenarios.yaml"
LEDGER_SCENARIO_FILE, GRID_SCENARIO_FILE = "scenarios.ledger.yaml", "scenarios.grids.yaml"
ASSESS_SCENARIO_FILE = "scenarios.figures.yaml"
SCENARIO_FILES = (SCENARIO_FILE, LEDGER_SCENARIO_FILE, GRID_SCENARIO_FILE, ASSESS_SCENARIO_FILE)
AREA_ENDING = ".geojson"
PAPER_START, PAPER_ENDING = "paper.", ".md"
TABLES = (
    "policies",
    "readings",
    "channels",
    "facts",
    "categories",
    "steps",
    "procedures",
    "ladders",
    "records",
    "retention",
    "masked",
    "ledger.classes",
    "ledger.types",
    "ledger.changes",
    "grids.facts",
    "grids.checks",
    "grids.posts",
    "grids.sheets",
    "grids.terminals",
    "grids.rotas",
    "figures",
    "measures",
    "documents",
)
LISTS = ("routing", "limits", "tell", "hidden", "duties")
_MAY_COVER = (
    "policies",
    "readings",
    "channels",
    "ladders",
    "retention",
    "masked",
)  # a town's own word wins without being asked to


@dataclass(frozen=True, slots=True)
class Sourced:
    """An entry and the template that it comes from, None for the town's own."""

    item: Item
    template: str | None
    section_readings: Mapping[str, Item] = field(default_factory=dict)


@dataclass(slots=True)
class Assembly:
    """All that a town's files say, in one place."""

    town: str
    root: Entry
    files: list[str]  # every file that says something, scenarios included
    languages: dict[str, Language]  # of the files that were read
    prose: Language
    uses: list[Use]
    tables: dict[str, dict[str, Sourced]]
    lists: dict[str, list[Sourced]]
    areas: dict[str, str]  # texts of its GeoJSON files
    papers: dict[str, str]  # its own templates of papers

    @property
    def limits(self) -> list[Entry]:
        """The records of all limits, those of templates too."""
        return self.entries("limits")

    def entries(self, section: str) -> list[Entry]:
        """Return the records of a section's rules, those of templates too."""
        return [entry_of(rule.item) for rule in self.lists[section]]

    def part(self, section: str, name: str) -> Sourced | None:
        """Return what stands once in a section: the town's own, else that of the first template that says it."""
        for entry, template in ((self.root, None), *((use.template, use.name) for use in self.uses)):
            holder = entry.entry(section)
            if holder is not None and (item := holder.item(name)) is not None:
                return Sourced(item, template)
        return None

    @property
    def ladders(self) -> dict[str, Sourced]:
        """The escalations that are named once, by their names."""
        return self.tables["ladders"]


def assemble(
    files: Mapping[str, str], town: str, complaints: Complaints, pack_cache: TemplateCache
) -> Assembly | None:
    """Return the town's files and templates together, or None after a complaint that leaves nothing."""
    parts = [
        name
        for name in _own_files(files, town)
        if not name.endswith(tuple(f"/{file}" for file in SCENARIO_FILES))
    ]
    parsed = _parsed(parts, files, complaints)
    main = parsed.get(f"{town}/{PACK_FILE}")
    if not isinstance(main, nodes.Mapping):
        _complain_of_main(files, town, main, complaints)
        return None
    prose = prose_language(main)
    root = _town(town, parsed, prose, complaints)
    uses = [
        use
        for name, item in root.table("uses").items()
        if (use := use_of(files, name, item, complaints, pack_cache))
    ]
    _check_heads(root, [item for use in uses for item in _heads_in(use.template)], complaints)
    tables = {section: _table(section, root, uses, complaints) for section in TABLES}
    lists = {section: _list(section, root, uses, complaints) for section in LISTS}
    languages = {file: language_of(tree, "town") for file, tree in parsed.items()}
    languages |= {use.template.node.where.file: use.template.language for use in uses}
    areas = {name: files[name] for name in sorted(files) if _is_area(name, town)}
    papers = {name: files[name] for name in sorted(files) if is_paper(name, town)}
    used = [*_own_files(files, town), *areas, *papers, *(use.template.node.where.file for use in uses)]
    return Assembly(town, root, used, languages, prose, uses, tables, lists, areas, papers)


def _is_area(name: str, town: str) -> bool:
    return name.startswith(f"{town}/") and name.endswith(AREA_ENDING)


def is_paper(name: str, town: str) -> bool:
    """Tell whether a file is a town's own template of a paper: 't-vtc/paper.slip.zh.md'."""
    return name.startswith(f"{town}/{PAPER_START}") and name.endswith(PAPER_ENDING)


def _own_files(files: Mapping[str, str], town: str) -> list[str]:
    own = (name for name in files if name.startswith(f"{town}/") and name.endswith(".yaml"))
    # The main file first: where a section stands twice, it is the other file that is complained of.
    return sorted(own, key=lambda name: (not name.endswith(f"/{PACK_FILE}"), name))


def _parsed(names: Iterable[str], files: Mapping[str, str], complaints: Complaints) -> dict[str, nodes.Node]:
    trees = {name: parse(files[name], name, complaints) for name in names}
    return {name: tree for name, tree in trees.items() if tree is not None}


def _complain_of_main(
    files: Mapping[str, str], town: str, main: nodes.Node | None, complaints: Complaints
) -> None:
    file = f"{town}/{PACK_FILE}"
    if file not in files:
        complaints.add("no-pack-file", Where(file, 1), town=town)
    elif main is not None:
        complaints.add("town-not-first", main.where, key="town", town=town)


def _town(town: str, parsed: Mapping[str, nodes.Node], prose: Language, complaints: Complaints) -> Entry:
    """Return one entry of all parts; a section stands in one of them only."""
    fields: dict[str, Item] = {}
    heads: list[Item] = []
    for tree in parsed.values():
        language = language_of(tree, "town")
        reader = StructureReader(complaints, language, prose)
        part = reader.entry(RECORDS["town"], with_heads(tree, "town", language, complaints), whole=False)
        for key, item in (part.fields if part else {}).items():
            if key in HEADS:  # each file's own; its rules have it
                heads.append(item)
            elif key in fields:
                terms = {
                    "key": item.key.text if item.key else key,
                    "other": fields[key].head.file,
                    "line": fields[key].head.line,
                }
                complaints.add("section-twice", item.head, **terms)
            else:
                fields[key] = item
    main = parsed[f"{town}/{PACK_FILE}"]
    reader = StructureReader(complaints, language_of(main, "town"), prose)
    check_first(main, "town", town, complaints)
    reader.check_required(RECORDS["town"], fields, main.where)
    root = Entry("town", main, reader.language, fields, {})
    _check_heads(root, [*heads, *_heads_in(root)], complaints)
    return root


def _heads_in(entry: Entry) -> Iterator[Item]:
    """Yield what the heads of a file and its sections say."""
    parts = [entry, *(part for section in LISTS if (part := entry.entry(section)))]
    yield from (item for part in parts for name in HEADS if (item := part.item(name)))


def _check_heads(root: Entry, heads: Iterable[Item], complaints: Complaints) -> None:
    if (root.whole("format") or 1) > 1:
        return
    for item in heads:
        complaints.add("only-from-format", item.head, number=2)


def _table(section: str, root: Entry, uses: list[Use], complaints: Complaints) -> dict[str, Sourced]:
    """Return the entries of a section: the templates' first, then the town's own."""
    merged: dict[str, Sourced] = {}
    for use in uses:
        for key, item in _entries_of(use.template, section).items():
            if key in merged and section not in _MAY_COVER:
                complaints.add("key-in-two-templates", item.head, key=key, other=merged[key].template)
            merged[key] = Sourced(item, use.name)
    for key, item in _entries_of(root, section).items():
        if section not in _MAY_COVER:
            _check_replacing(key, item, merged.get(key), complaints)
        merged[key] = Sourced(item, None)
    return merged


def _entries_of(entry: Entry, section: str) -> dict[str, Item]:
    """Return the entries of a section, or of a table within one: 'ledger.types'."""
    outer, _, inner = section.rpartition(".")
    holder = entry.entry(outer) if outer else entry
    return holder.table(inner) if holder else {}


def _check_replacing(key: str, item: Item, covered: Sourced | None, complaints: Complaints) -> None:
    replaces = isinstance(item.value, Entry) and "replaces" in item.value
    if covered and not replaces:
        terms = {"key": key, "template": covered.template, "line": covered.item.head.line}
        complaints.add("key-of-template", item.head, **terms)
    elif replaces and not covered:
        complaints.add("replaces-nothing", item.head, key=key)


def _list(section: str, root: Entry, uses: list[Use], complaints: Complaints) -> list[Sourced]:
    """Return the rules of a section: the town's own, then the templates', replaced where the town says so."""
    theirs = [rule for use in uses for rule in _rules(use.template, section, use)]
    places = {_rule_id(rule): number for number, rule in enumerate(theirs)}
    mine: list[Sourced] = []
    taken: dict[str, int] = {}
    for rule in _rules(root, section, None):
        replaced = entry_of(rule.item).name("replaces")
        if replaced is None:
            mine.append(rule)
        elif replaced not in places:
            complaints.add(
                "replaces-unknown-rule", entry_of(rule.item).where("replaces"), _rule_id(rule), name=replaced
            )
        elif replaced in taken:
            complaints.add(
                "replaced-twice",
                entry_of(rule.item).where("replaces"),
                _rule_id(rule),
                name=replaced,
                line=taken[replaced],
            )
        else:
            taken[replaced] = rule.item.head.line
            # In the very place of the rule that it replaces: routing takes the first that holds.
            theirs[places[replaced]] = rule
    # The first rule that holds decides: a town's own must be tried before those of its templates.
    return mine + theirs


def _rules(entry: Entry, section: str, use: Use | None) -> list[Sourced]:
    item = entry.item(section)
    if item is None:
        return []
    readings: Mapping[str, Item] = {}
    rules = item.items()
    if isinstance(item.value, Entry):  # rules with what they share
        rules, readings = item.value.items("rules"), item.value.table("readings")
    without = set(use.entry.names("without")) if use else set()
    kept = [rule for rule in rules if entry_of(rule).name("rule") not in without]
    return [Sourced(rule, use.name if use else None, readings) for rule in kept]


def _rule_id(rule: Sourced) -> str:
    return entry_of(rule.item).name("rule") or ""
