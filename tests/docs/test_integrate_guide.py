"""The integrator's guide: its requests are answered as it shows, its snippets work, its contracts are the contracts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from gridcase.recorded.mapping import read_mapping
from gridcase.recorded.rows import MappedTable, RecordedReport
from gridcase.recorded.tables import open_table
from services.notify.adapters.webhook import WebhookLimits
from services.notify.adapters.webhook_body import body_of as webhook_body
from services.notify.bootstrap import WAITS
from services.notify.domain.matter import CodeWithName, DueInstant, Matter
from services.notify.domain.signing import signature, signing_key
from services.notify.ports.channel import ChannelMessage, GatheredLine
from shared.contracts.bodies import body_of
from shared.contracts.envelope import decode
from shared.contracts.messages import ClockChanged
from shared.contracts.schemas import SCHEMAS
from shared.kernel.texts import Text
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.web.callers import Role
from tests.docs.conftest import Lived
from tests.docs.console import examples
from tests.docs.reading import LANGUAGES, PROJECT, blocks, guide, in_ticks, prose, rows

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
_NOW = 1_773_021_600


def test_requests_are_answered_as_shown(language: str, lived_in: Lived) -> None:
    """Every request of the guide, sent in its order to a house with samples, is answered as the guide shows."""
    shell = lived_in(language)
    for block in blocks(guide("integrate", language), "console"):
        for example in examples(block.text):
            assert shell.difference(example) is None, f"line {block.line}:\n{shell.difference(example)}"


def _verifier(language: str) -> Any:
    (block,) = blocks(guide("integrate", language), "python verify")
    names: dict[str, Any] = {}
    exec(compile(block.text, "guide", "exec"), names)
    return names["is_genuine"]


def test_receivers_can_verify(language: str) -> None:
    """The guide's verifier takes what the house signs and refuses another body, key or hour."""
    is_genuine, body = _verifier(language), b'{"a": 1}'
    key = signing_key(b"secret of a deployment", "a-town")
    header = signature(key, _NOW, body)
    assert is_genuine(key, header, body, _NOW + 5)
    assert not is_genuine(key, header, body + b" ", _NOW)
    assert not is_genuine(signing_key(b"secret of a deployment", "b-town"), header, body, _NOW)
    assert not is_genuine(key, header, body, _NOW + 3600)


def test_the_webhook_is_as_shown(language: str) -> None:
    """The body that the guide shows has the members that are sent, with values of the same kind."""
    (block,) = blocks(guide("integrate", language), "json webhook")
    at = datetime(2026, 3, 9, tzinfo=UTC)
    one, key, now = Text("一", "one"), CodeWithName("k", Text("一", "one")), "2026-03-09T00:00:00.000000Z"
    matter = Matter(
        number="n", category=key, also=(), channel="c", place="p", level=key, lead="u", state="assigned", round=1,
        reported_at=now, accepted_at=None, settled_at=None, verified_at=None, closed_at=None,
        due=(DueInstant("settle", "r", now, "l"),),
    )  # fmt: skip
    letter = ChannelMessage(
        "k", "https://example.org", "t-vtc", "", one, "zh", "assigned", "c", "n", "u", at, matter=matter
    )
    shown, sent = orjson.loads(block.text), orjson.loads(webhook_body(letter))
    assert _kinds(shown) == _kinds(sent)
    assert _kinds(shown["data"]["matter"]["due"][0]) == _kinds(sent["data"]["matter"]["due"][0])


def test_a_request_that_tells_several_is_as_shown(language: str) -> None:
    """What is told together has the members that the guide shows, each notice with its own."""
    (block,) = blocks(guide("integrate", language), "json gathered")
    at, text = datetime(2026, 3, 9, tzinfo=UTC), Text("一", "one")
    line = GatheredLine("k", "c", "n", "assigned", text, at)
    letter = ChannelMessage(
        "k",
        "https://example.org",
        "t-vtc",
        "",
        text,
        "zh",
        "gathered",
        "",
        "",
        "u",
        at,
        gathered=(line, line),
    )
    shown, sent = orjson.loads(block.text), orjson.loads(webhook_body(letter))
    assert _kinds(shown) == _kinds(sent)
    assert [_kinds(item) for item in shown["data"]["gathered"]] == [
        _kinds(item) for item in sent["data"]["gathered"]
    ]


def _kinds(value: Any) -> Any:
    return {name: _kinds(item) for name, item in value.items()} if isinstance(value, dict) else type(value)


def test_the_message_keeps_its_contract(language: str) -> None:
    """The message that the guide shows can be decoded and fulfils its contract."""
    (block,) = blocks(guide("integrate", language), "json message")
    message = decode(block.text.encode())
    assert message.type == "clock.breached"
    body = body_of(message)
    assert isinstance(body, ClockChanged)
    assert body.number == "2026-000001"


def test_the_mapping_maps(language: str, tmp_path: Path) -> None:
    """The mapping that the guide shows reads the recorded data into reports that the town's pack knows."""
    (block,) = blocks(guide("integrate", language), "yaml mapping")
    (tmp_path / "mapping.yaml").write_text(block.text, encoding="utf-8")
    pack = build_pack(load_files(PROJECT / "rules" / "los-angeles"), "los-angeles")
    sample = PROJECT / "tests" / "data" / "la311" / "sample.csv"
    path = tmp_path / "mapping.yaml"
    with open_table(sample) as table:
        read = list(MappedTable(table, read_mapping(path), path, pack.zone).reports())
    reports = [found for found in read if isinstance(found, RecordedReport)]
    assert len(reports) == len(read) > 0
    assert {report.body.category for report in reports} <= pack.categories.keys()
    assert {report.body.channel for report in reports} <= set(pack.channels)
    assert {step.body.step for report in reports for step in report.steps} <= pack.steps.keys()


def test_all_roles_are_explained(language: str) -> None:
    """The table of roles has every role, in order."""
    shown = [in_ticks(row[0])[0] for row in rows(guide("integrate", language), r"`[a-z_]+`") if len(row) == 3]
    assert shown == [role.value for role in Role]


def test_figures_are_true(language: str) -> None:
    """The number of message types, the waits between attempts and the patience with receivers are as stated."""
    text = prose(guide("integrate", language))
    units = {"zh": {"s": "秒", "min": "分", "h": "小时"}, "en": {"s": "s", "min": "min", "h": "h"}}[language]
    said = [_said(int(wait.total_seconds()), units) for wait in WAITS]
    between, last = {"zh": ("、", "、"), "en": (", ", " and ")}[language]
    assert between.join(said[:-1]) + last + said[-1] in text
    assert f"{len(SCHEMAS)} {'种' if language == 'zh' else 'types'}" in text
    assert f"{WebhookLimits().step_seconds:.0f} {'秒' if language == 'zh' else 'seconds'}" in text


def _said(seconds: int, units: dict[str, str]) -> str:
    for unit, size in (("h", 3600), ("min", 60), ("s", 1)):
        if seconds % size == 0:
            return f"{seconds // size} {units[unit]}"
    raise AssertionError(seconds)
