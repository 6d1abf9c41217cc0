"""A running house's HTTP API as the command line uses it: who asks, and what is shown where it refuses."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
import msgspec
import requests
from msgspec import Struct

from gridcase.cli.catalogue import language, localized
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.web.metering import RETRY_AFTER

# Without a word from the house, not in all: a large file in or out may take longer.
WAIT_SECONDS = 600
_COME_AGAIN = "Retry-After"
URL = click.option(
    "--url",
    envvar="GRIDCASE_URL",
    default="http://127.0.0.1:8080",
    show_default=True,
    help="Address of the running house (or of its intake); needs GRIDCASE_TOKEN.",
)
Query = Mapping[str, str | None]


class PackFault(Struct, frozen=True):
    """A fault of a pack, as the registry refuses with it."""

    file: str
    line: int
    cause: Text
    remedy: Text


class ProblemAnswer(Struct, frozen=True):
    """A problem (RFC 9457), in the reader's language."""

    code: str = "refused"
    cause: str = ""
    remedy: str = ""
    faults: tuple[PackFault, ...] = ()


@contextmanager
def answer_of(
    method: str, url: str, path: str, *, query: Query | None = None, body: bytes = b"", content: str = ""
) -> Iterator[requests.Response]:
    """Ask the house and give its answer, which may still be under way.

    Args:
        url: of the house; path: within it, from '/v1' on.
        body: with its media type in `content`.

    Raises:
        Problem: `unreachable`, or whatever the house refused with; what was too much at once says in `where` in how
            many seconds to come again (`RETRY_AFTER`).
    """
    headers = {
        "Authorization": f"Bearer {os.environ.get('GRIDCASE_TOKEN', '')}",
        "Accept-Language": language(),
        **({"Content-Type": content} if content else {}),
    }
    address = url.rstrip("/") + path
    try:
        with requests.request(
            method, address, params=query, data=body, headers=headers, stream=True, timeout=WAIT_SECONDS
        ) as answer:
            if not answer.ok:
                raise _refusal(answer)
            # What breaks while the answer is still read comes out here as well, and is told in the same words.
            yield answer
    except requests.RequestException as failure:
        raise _unreachable(url, failure) from failure


def _refusal(answer: requests.Response) -> Problem:
    try:
        read = msgspec.json.decode(answer.content, type=ProblemAnswer)
    except msgspec.MsgspecError:
        read = ProblemAnswer()
    faults = [
        localized("fault", place=f"{fault.file}:{fault.line}", cause=fault.cause.in_language(language()),
                  remedy=fault.remedy.in_language(language()))
        for fault in read.faults
    ]  # fmt: skip
    text = "\n".join([read.cause or f"HTTP {answer.status_code}", *faults])
    return Problem(read.code, Text(text, text), Text(read.remedy, read.remedy), dict(_come_again(answer)))


def _come_again(answer: requests.Response) -> Iterator[tuple[str, int]]:
    """A proxy before the house may say it too, in whatever body: the header alone is read."""
    seconds = answer.headers.get(_COME_AGAIN, "")
    if answer.status_code == requests.codes.too_many_requests:
        yield RETRY_AFTER, int(seconds) if seconds.isascii() and seconds.isdigit() else 1


def _unreachable(url: str, failure: requests.RequestException) -> Problem:
    what = type(failure).__name__
    return Problem(
        "unreachable",
        Text(f"无法连接 {url}，或连接中断（{what}）", f"{url} can't be reached, or was lost ({what})"),
        Text(
            "检查地址，并确认平台正在运行；可以安全地重做",
            "check the address, and that the house is running; it is safe to do it again",
        ),
    )
