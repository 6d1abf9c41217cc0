"""Which evaluators intake decides with."""

from pathlib import Path

import pytest

from gridcase.house import HousePlan, build_house, passing_stores
from services.intake import bootstrap
from shared.obs.metrics import Metrics
from shared.rules.decide.compiled import CompiledRulesCache


@pytest.mark.parametrize("engine", ["both", "reference"])
def test_the_house_says_which_evaluators_decide(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Intake decides what is hidden with the evaluators that the whole house is told to use."""
    used: list[str] = []

    def noted(how: str, *more: int) -> CompiledRulesCache:
        used.append(how)
        return CompiledRulesCache(how, *more)

    monkeypatch.setattr(bootstrap, "CompiledRulesCache", noted)
    plan = HousePlan(f"sqlite:///{tmp_path}/{{service}}.db", b"a secret for tests only", engine, tmp_path)
    stores = passing_stores(plan, ["intake"])
    build_house(plan, stores, Metrics())
    assert used == [engine]
    stores["intake"].close()
