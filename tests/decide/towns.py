"""Small packs for tests, built from rule files as an operator would write them."""

from datetime import datetime
from pathlib import Path

from shared.rules.decide import CompiledRulesCache, Situation
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack, read_pack
from shared.rules.scenario.model import Scenario, label_to_instant
from shared.rules.scenario.read import load_scenarios

RULES = Path(__file__).parents[2] / "rules"
TOWNS = ("t-vtc", "t-cgz", "t-zq", "los-angeles")

DATA = Path(__file__).parent / "data"  # a small template and a town on it


def two_levels(
    town: str = "a-town", low: str = "village", high: str = "town", clerk: str = "head", more: str = ""
) -> Pack:
    """Return a town on the small template, with its own nouns and perhaps more sections."""
    own = (DATA / "pack.yaml").read_text(encoding="utf-8")
    for slot, noun in {"town": town, "low": low, "high": high, "clerk": clerk}.items():
        own = own.replace(f"%{slot}%", noun)
    template = (DATA / "template.yaml").read_text(encoding="utf-8")
    return build_pack({f"{town}/pack.yaml": own + more, "two-levels/template.yaml": template}, town)


def real(town: str) -> Pack:
    """Return one of the project's own packs."""
    return read_pack(RULES / town)


def scenarios_of(town: str) -> tuple[Scenario, ...]:
    """Return the scenarios of one of the project's own packs."""
    return load_scenarios(load_files(RULES / town), town)


def case(category: str = "talk", place: str | None = "lane", **more: object) -> Situation:
    """Return a case as it is reported, or with whatever a test adds."""
    return Situation(**{"category": category, "channel": "phone", "place": place, "facts": {}} | more)  # type: ignore[arg-type]


def books() -> CompiledRulesCache:
    """Return books with both evaluators where durable-rules is installed."""
    return CompiledRulesCache("both", 16)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """Return the instant that a local label means; '24:00' is the next midnight."""
    return label_to_instant(text, zone)
