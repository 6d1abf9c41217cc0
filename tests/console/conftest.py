"""One house for all tests of the console: what they do in it does not disturb one another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.browsers import chromium
from tests.console.town import ConsoleTown, console_town, give_accounts


@pytest.fixture(scope="package")
def town(embedded_town: ConsoleTown) -> ConsoleTown:
    """A town at work: in one process, unless a module has it otherwise."""
    return embedded_town


@pytest.fixture(scope="package")
def embedded_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleTown]:
    """A town at work in one process, with accounts and some cases."""
    with console_town(tmp_path_factory.mktemp("console")) as found:
        give_accounts(found)
        found.report("noise", "loud music at night", "drum-1")
        found.report("gas-smell", "a smell of gas on the stairs", "bridge-1")
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module."""
    with chromium() as found:
        yield found
