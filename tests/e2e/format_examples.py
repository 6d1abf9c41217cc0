"""The examples of `docs/pack-format.md` that are run: each adds a few lines to the README's town, and some scenarios.

An example is marked `<!-- runs: name -->`; the YAML after it is what is added, the YAML after that its scenarios.
"""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
TOWN = "willow-town"
_MARKED = re.compile(
    r"<!-- runs: (?P<name>[\w-]+) -->\s+```yaml\n(?P<added>.*?)```.*?```yaml\n(?P<scenarios>.*?)```",
    re.DOTALL,
)
_PACK = re.compile(r"```yaml\n(town: willow-town\n.*?)```", re.DOTALL)
_FROM_2 = "hit_policy: first\n"  # examples put their rules before the town's own
_DEFAULT = "then: {level: town, lead: town-centre"
_SECTION = re.compile(r"^(?=\w)", re.MULTILINE)


def examples() -> dict[str, dict[str, str]]:
    """Return the files of every example's town, by the example's name."""
    document = (PROJECT / "docs" / "pack-format.md").read_text(encoding="utf-8")
    return {
        found["name"]: town_with(found["added"], found["scenarios"]) for found in _MARKED.finditer(document)
    }


def town_with(added: str, scenarios: str = "[]\n", number: int = 2) -> dict[str, str]:
    """Return the files of the README's town with sections added; of a section that it has, the new lines come first."""
    text = f"{_readme_town()}\nformat: {number}\n{_FROM_2 if number > 1 else ''}"
    text = text.replace(_DEFAULT, f"{_DEFAULT}, flagged: yes") if number > 1 else text
    for section in _SECTION.split(added):
        head, _, rest = section.partition("\n")
        if f"\n{head}\n" in text:
            text = text.replace(f"\n{head}\n", f"\n{head}\n{rest.rstrip()}\n", 1)
        else:
            text += section
    return {f"{TOWN}/pack.yaml": text, f"{TOWN}/scenarios.yaml": scenarios}


def _readme_town() -> str:
    found = _PACK.search((PROJECT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1]
