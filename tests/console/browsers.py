"""Debian's chromium, driven by Playwright: how a person's browser shows and uses the pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = "chromium"
# No program of a person's: it asks nobody but us, and draws without a screen.
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = (390, 844), (1280, 800)
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run the browser.

    Args:
        more: further options of its command line.

    A laptop without it skips the test; CI, which skips nothing, fails.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(f"{PROGRAM} is not installed: `make servers-install`")
        pytest.skip(f"{PROGRAM} is not installed: `make servers-install`")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*OPTIONS, *more])
        try:
            yield browser
        finally:
            browser.close()
