"""System 30 by webhook: matters go up as they move, to the receiver of the guide, and from there into another house."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from services.notify.adapters.webhook import WebhookChannel, WebhookLimits
from services.notify.domain.attempts import Attempt
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import TimeSource
from shared.kernel.instants import local_label
from tests.docs.reading import blocks, guide
from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.own_town import PEOPLE, TOWN, OwnTown
from tests.e2e.test_bridges import ABOVE, BRIDGED, bring, exported

SECONDS = 60.0
HOST = "hooks.example.org"
CASES = f"/v1/towns/{TOWN}/cases"
UNIT = f"{ABOVE}/platform"
REPORT = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours"}


@dataclass
class Platform:
    """The receiver of the guide at work, and what it was sent.

    Args:
        program: the guide's names.
    """

    program: dict[str, Any]
    port: int
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is reached once the proxy before it has taken TLS off."""
        return f"http://127.0.0.1:{self.port}/"

    def lines(self) -> list[dict[str, Any]]:
        """What another system would import."""
        return [json.loads(line) for line in self.program["lines"]()] if self.sent else []


@contextmanager
def platform_above(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """Run the guide's receiver, which is the same in both languages."""
    (code,) = {blocks(guide("integrate", language), "python receiver")[0].text for language in ("zh", "en")}
    monkeypatch.setenv("WEBHOOK_STORE", str(folder / "matters.db"))
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, "guide", "exec"), names)
    receiver: Any = names["Receiver"]

    class Noted(receiver):  # type: ignore[misc]
        def do_POST(self) -> None:  # noqa: N802 - the parent's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.sent.append((dict(self.headers), body))
            self.rfile = BytesIO(body)
            super().do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Noted) as server:
        made = Platform(names, server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


class BehindProxy(WebhookChannel):
    """Webhooks to a receiver on this machine, in place of the proxy that takes TLS off before it."""

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Deliver without TLS."""
        bare = [replace(each, address=each.address.replace("https:", "http:", 1)) for each in messages]
        return super().deliver(bare, until)


@contextmanager
def town_below(folder: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHouse]:
    """Run the town, which tells the platform at its address what was accepted and what was closed."""
    at = f"{HOST}:{platform.port}"

    def channel(secret: bytes, _limits: WebhookLimits, *, clock: TimeSource) -> WebhookChannel:
        declared = WebhookLimits(loopback_hosts=frozenset({at}))
        return BehindProxy(secret, declared, clock=clock, look_up=lambda _host, _port: ["127.0.0.1"])

    monkeypatch.setattr("services.notify.bootstrap.WebhookChannel", channel)
    pack = BRIDGED.replace("platform.example.org", HOST).replace("on: [closed]", "on: [accepted, closed]")
    with embedded_house(folder, webhooks=True) as house:
        house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": pack})
        house.registry.enter_member(ABOVE, UNIT, "unit_staff", "p-above", {"webhook": f"https://{at}/"})
        yield house


def ask(house: RunningHouse, method: str, path: str, who: str, body: Any = None) -> requests.Response:
    """Ask the town for something, again while it has not heard of the token or the rules yet."""
    role, unit = PEOPLE[who]
    token = house.registry.issue_token(role, unit, f"p-{who}", (TOWN,))
    until = time.monotonic() + SECONDS
    while (answer := house.ask("intake", method, path, token, body)).status_code in (401, 404, 409, 422):
        assert time.monotonic() < until, answer.text
        time.sleep(0.1)
    return answer


def await_lines(platform: Platform, **wanted: object) -> dict[str, Any]:
    """Wait until the platform has one line, which says what is wanted."""
    until = time.monotonic() + SECONDS
    while not any(wanted.items() <= line.items() for line in platform.lines()):
        assert time.monotonic() < until, platform.lines()
        time.sleep(0.1)
    (line,) = platform.lines()
    return line


def closed_above(house: RunningHouse, platform: Platform) -> dict[str, Any]:
    """Have a matter reported, settled and closed in the town; return the platform's line of it."""
    case = ask(house, "POST", CASES, "citizen", REPORT).json()
    await_lines(platform, number=case["number"])
    for step in ("settle", "close"):
        ask(house, "POST", f"{CASES}/{case['case']}/steps", "station", {"step": step, "facts": {}})
    text = ask(house, "GET", f"{CASES}/export", "operator").text
    (record,) = [json.loads(line) for line in text.splitlines()]
    line = await_lines(platform, closed_at=record["closed_at"])
    dates = {name: record[name] for name in line if name.endswith("_at")}
    assert set(dates) == {"reported_at", "accepted_at", "settled_at", "closed_at"}
    assert {**line, **dates, "category": record["category"], "place": record["place"]} == line
    return line


@pytest.mark.timeout(300)
@pytest.mark.proves("P003.1", "P001-07.8")
def test_30_what_webhooks_told_is_imported_once_with_number_class_and_dates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out as signed requests, in as an import, out again: the same, also when every request comes a second time."""
    with platform_above(tmp_path, monkeypatch) as platform:
        with town_below(tmp_path, platform, monkeypatch) as house:
            path = f"/v1/towns/{TOWN}/webhook-key"
            token = house.registry.issue_token("operator", None, "p-key", (TOWN,))
            until = time.monotonic() + SECONDS
            while (key := house.ask("notify", "GET", path, token)).status_code != 200:
                assert time.monotonic() < until, key.text
            monkeypatch.setenv("WEBHOOK_SECRET", key.json()["standard"])
            line = closed_above(house, platform)
        sent = list(platform.sent)
        assert [_post(platform, headers, body) for headers, body in sent] == [204] * len(sent)
        headers, body = sent[-1]
        assert _post(platform, headers, body.replace(b"quarrel", b"noise")) == 401
        assert platform.lines() == [line]
    above = OwnTown(_tomorrow())
    try:
        for _ in range(2):
            bring(above, json.dumps(line), "t-own")
        kept = exported(above)
    finally:
        above.close()
    assert kept.keys() == {line["number"]}
    assert {name: kept[line["number"]].get(name, line[name]) for name in line} == line
    assert kept[line["number"]]["state"] == "closed"


def _tomorrow() -> str:
    """The real world's, for the town lived in it: nothing is imported of what lies ahead."""
    return local_label(datetime.now(UTC) + timedelta(days=1), "Asia/Shanghai")


def _post(platform: Platform, headers: dict[str, str], body: bytes) -> int:
    kept = {name: text for name, text in headers.items() if name.lower().startswith("webhook-")}
    return requests.post(platform.url, data=body, headers=kept, timeout=10).status_code
