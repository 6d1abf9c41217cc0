"""What a house in one process may send to the outside."""

from pathlib import Path

import pytest

from gridcase.embedded import plan_in
from gridcase.house import build_house, open_stores
from shared.obs.metrics import Metrics


@pytest.mark.parametrize("allowed", [False, True])
def test_webhooks_are_sent_only_where_that_was_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    """By default they are written to a file; allowed, they have a channel of their own."""
    from services.notify.adapters.webhook import WebhookChannel

    made: list[object] = []

    class Watched(WebhookChannel):
        """A channel that says that it was made."""

        def __init__(self, *args: object, **more: object) -> None:
            made.append(self)
            super().__init__(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("services.notify.bootstrap.WebhookChannel", Watched)
    plan = plan_in(tmp_path, "reference", webhooks=allowed)
    stores = open_stores(plan, ["notify"])
    build_house(plan, stores, Metrics())
    stores["notify"].close()
    assert bool(made) is allowed
