"""Every statement of a town's policies that asks for something in a case stands behind a rule of its pack."""

from collections.abc import Iterator

import pytest

from shared.rules.language.errors import Complaints
from shared.rules.language.source import parse
from shared.rules.language.structure import language_of
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from tests.decide.towns import RULES, real, scenarios_of

# Statements that say who handles a matter, by when, in which steps, who is told, what becomes of the result.
STATEMENTS = {
    "t-vtc": """
        P001-05.1 P001-05.2 P001-05.3 P001-05.4 P001-05.5 P001-05.6 P001-05.7 P001-05.8 P001-05.9
        P001-03.6 P001-03.7
        P001-09.4 P001-09.5 P001-09.6
    """,
    "t-cgz": """
        P001-18.1 P001-18.2 P001-18.3 P001-18.4 P001-18.5 P001-18.6 P001-18.7 P001-18.8 P001-18.9
        P001-06C.7 P001-06C.11 P001-06C.12 P001-06F.7
        P001-06D.1 P001-06D.2 P001-06D.5 P001-06D.6 P001-06D.7 P001-06D.8 P001-06D.9
        P001-06E.4 P001-06E.5 P001-06E.6
        P001-16.5 P001-16.6
        P001-20.2 P001-20.3 P001-20.5 P001-20.8
    """,
    "t-zq": """
        P003.10 P003.16 P003.17 P003.23 P003.24 P003.25 P003.26 P003.27 P003.28 P003.29 P003.30 P003.31
        P003.33 P003.37 P003.40 P003.43
    """,
}
OUTSIDE = {
    "P001-05.1": "'pragmatic, fast and efficient' asks for nothing that could be checked",
    "P001-18.1": "'pragmatic, fast and efficient' asks for nothing that could be checked",
}
# Statements of other kinds (a role, a duty of the platform) that a rule may rest on besides.
BESIDES = {
    "t-vtc": {"P001-03.1", "P001-03.2", "P001-03.5"},
    "t-cgz": {"P001-06C.9", "P001-06C.14", "P001-06D.4", "P001-06F.6", "P001-16.1", "P001-16.4"},
    "t-zq": {"P003.14"},
}
CASES = {
    "t-vtc": "S-001 S-002 S-003 S-005 S-007 S-008 S-010 S-011 S-012 S-013 S-015 S-016 S-017 S-100",
    "t-cgz": "S-022 S-023 S-026 S-028 S-029 S-098",
    "t-zq": "S-079 S-080 S-082 S-084",
}


def cited(pack: Pack) -> Iterator[str]:
    for rule in (*pack.routing, *pack.limits, *pack.tell, *pack.hidden):
        yield from rule.origin.because
    for thing in (*pack.steps.values(), *pack.procedures.values()):
        yield from thing.because


@pytest.mark.parametrize("town", STATEMENTS)
def test_every_statement_stands_behind_a_rule(town: str) -> None:
    """A statement that routes, limits, orders, tells or feeds back is encoded, or it is said why not."""
    wanted = set(STATEMENTS[town].split())
    missing = wanted - set(cited(real(town)))
    assert missing == wanted & OUTSIDE.keys()


@pytest.mark.parametrize("town", STATEMENTS)
def test_no_rule_rests_on_a_statement_that_is_not_there(town: str) -> None:
    """What a rule cites is one of the policy's statements, a reading or an ambiguity with its reading."""
    known = set(STATEMENTS[town].split()) | BESIDES.get(town, set())
    foreign = {one for one in cited(real(town)) if one not in known and not one.startswith(("RC-", "A-"))}
    assert not foreign


@pytest.mark.parametrize("town", CASES)
def test_every_case_of_the_policies_is_a_scenario(town: str) -> None:
    """The acceptance scenarios of a town's policies are scenarios of its pack under their own numbers."""
    assert set(CASES[town].split()) <= {scenario.key for scenario in scenarios_of(town)}


@pytest.mark.parametrize("town", [*STATEMENTS])
def test_every_statement_is_tried_by_a_scenario(town: str) -> None:
    """Scenarios name what they try; between them they name every statement."""
    tried = {one for scenario in scenarios_of(town) for one in scenario.because}
    assert set(STATEMENTS[town].split()) - OUTSIDE.keys() <= tried


LANGUAGES = [("t-vtc", "en"), ("t-cgz", "en"), ("t-zq", "zh"), ("los-angeles", "en")]


@pytest.mark.parametrize(("town", "language"), LANGUAGES)
def test_the_format_has_both_languages(town: str, language: str) -> None:
    """One town writes every key and word in Chinese, the others in English; one schema reads them all."""
    for name, text in load_files(RULES / town).items():
        if name.startswith(f"{town}/"):
            tree = parse(text, name, Complaints())
            record = "scenario" if name.endswith("scenarios.yaml") else "town"
            assert tree is not None
            assert language_of(tree, record) == language


def test_a_city_without_policies_rests_on_what_it_assumes() -> None:
    """Los Angeles publishes no limits: each one rests on an assumption that the pack spells out."""
    pack = real("los-angeles")
    for limit in pack.limits:
        (assumption,) = limit.origin.because
        assert pack.policies[assumption].en.startswith("assumption:")
    assert all(one in pack.policies or one.startswith("RC-") for one in cited(pack))
