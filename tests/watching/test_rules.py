"""Recording and alerting rules: sound, tested both ways, and explained in both languages."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.servers import Servers
from tests.watching.boards import ROOT
from tests.watching.eyes import DEPLOYED
from tests.watching.names import PROMETHEUS_OWN, named_in, ours, recorded, rules

TESTS = sorted((DEPLOYED / "tests").glob("*.test.yml"))
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in rules() if "alert" in rule}
GUIDES = {
    "runbook": ROOT / "docs" / "guides" / "deploy.en.md",
    "runbook_zh": ROOT / "docs" / "guides" / "deploy.zh.md",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


def _promtool(servers: Servers, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [servers.promtool, *words], cwd=DEPLOYED, capture_output=True, text=True, check=False
    )


def test_promtool_takes_the_settings(servers: Servers) -> None:
    """Prometheus' own checker accepts the deployed settings with all their rules."""
    done = _promtool(servers, "check", "config", DEPLOYED / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 rule files found" in done.stdout


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_rules_do_what_their_tests_say(servers: Servers, path: Path) -> None:
    """Every alert fires and every record counts as the tests beside the rules tell, minute by minute."""
    done = _promtool(servers, "test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def _tests() -> Iterator[list[set[str]]]:
    """Yield, for every test, which alerts fire at each of its moments."""
    for path in TESTS:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            checks = [check for check in test["promql_expr_test"] if "ALERTS" in check["expr"]]
            yield [
                {
                    name
                    for sample in check["exp_samples"]
                    for name in re.findall(r'alertname="(\w+)"', sample["labels"])
                }
                for check in checks
            ]


@pytest.mark.parametrize("name", ALERTS)
def test_alert_is_seen_firing_and_silent(name: str) -> None:
    """Each alert has a test in which it fires at one moment and is silent at another."""
    assert [
        moments
        for moments in _tests()
        if any(name in moment for moment in moments) and any(name not in moment for moment in moments)
    ]


@pytest.mark.parametrize("name", sorted(recorded()))
def test_record_is_reckoned_by_hand(name: str) -> None:
    """Each recorded series is held against numbers in a test, its own or an alert's."""
    text = "".join(path.read_text(encoding="utf-8") for path in TESTS)
    users = [alert for alert, rule in ALERTS.items() if name in rule["expr"]]
    assert name in text or users


@pytest.mark.parametrize("name", ALERTS)
def test_alert_is_explained_in_both_languages(name: str) -> None:
    """Each alert says what and why in English and in Chinese, and how bad it is."""
    annotations = ALERTS[name]["annotations"]
    assert ALERTS[name]["labels"]["severity"] in {"warning", "critical"}
    for text in ("summary", "description"):
        assert annotations[text], name
        assert not CHINESE.search(annotations[text])
        assert CHINESE.search(annotations[f"{text}_zh"])


@pytest.mark.parametrize("name", ALERTS)
def test_alert_leads_to_its_paragraph(name: str) -> None:
    """Each alert's runbook is a heading of the deployment guide, in both languages, with something under it."""
    for key, guide in GUIDES.items():
        where, _, anchor = ALERTS[name]["annotations"][key].partition("#")
        assert ROOT / where == guide
        sections = dict(re.findall(r"^#### (\w+)\n\n(.+)", guide.read_text(encoding="utf-8"), re.MULTILINE))
        assert anchor == name.lower()
        assert len(sections[name]) > 20


def test_guides_explain_no_alert_that_is_gone() -> None:
    """The guides' alerts are the alerts, in the same order in both."""
    for guide in GUIDES.values():
        assert re.findall(r"^#### (Gridcase\w+)$", guide.read_text(encoding="utf-8"), re.MULTILINE) == list(
            ALERTS
        )


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: rule.get("alert") or rule["record"])
def test_rules_name_series_that_exist(rule: dict[str, Any]) -> None:
    """No rule waits for a figure that nobody shows."""
    named = named_in(rule["expr"])
    assert named
    assert {
        name for name in named if not name.startswith("rabbitmq_")
    } <= ours() | recorded() | PROMETHEUS_OWN
