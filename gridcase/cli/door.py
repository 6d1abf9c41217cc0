"""A running house's door as the command line uses it: who asks, and what is said when it stays shut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import requests

from gridcase.cli.words import language
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

WAIT_SECONDS = 600
URL = click.option(
    "--url",
    envvar="GRIDCASE_URL",
    default="http://127.0.0.1:8080",
    show_default=True,
    help="Address of the running house (or of its intake); needs GRIDCASE_TOKEN.",
)


@contextmanager
def asked(method: str, url: str, path: str, **more: Any) -> Iterator[requests.Response]:
    """Ask the house and give its answer, which may still be under way.

    Raises:
        Problem: `unreachable`, or whatever the house refused with.
    """
    headers = {
        "Authorization": f"Bearer {os.environ.get('GRIDCASE_TOKEN', '')}",
        "Accept-Language": language(),
        **more.pop("headers", {}),
    }
    try:
        with requests.request(
            method, url.rstrip("/") + path, headers=headers, stream=True, timeout=WAIT_SECONDS, **more
        ) as answer:
            if not answer.ok:
                raise _refusal(answer)
            yield answer
    except requests.RequestException as failure:
        what = type(failure).__name__
        raise Problem(
            "unreachable",
            Text(f"无法连接 {url}，或连接中断（{what}）", f"{url} can't be reached, or was lost ({what})"),
            Text(
                "检查地址，并确认平台正在运行；可以安全地重做",
                "check the address, and that the house is running; it is safe to do it again",
            ),
        ) from failure


def _refusal(answer: requests.Response) -> Problem:
    try:
        given = answer.json()
    except requests.JSONDecodeError:
        given = {}
    said, remedy = given.get("cause", f"HTTP {answer.status_code}"), given.get("remedy", "")
    return Problem(given.get("code", "refused"), Text(said, said), Text(remedy, remedy))
