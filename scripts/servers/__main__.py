"""The command line of the test servers: `python -m scripts.servers up .servers`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.servers import packages
from scripts.servers.places import Unready
from scripts.servers.stack import SERVERS, Stack, opened

UNREADY = 3  # the exit code that says: nothing of ours is broken, something is missing here


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.servers", description=sys.modules["scripts.servers"].__doc__
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, promise: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=promise, description=promise)
        if name != "install":
            added.add_argument("folder", type=Path, metavar="DIR", help="where the servers' files lie")
        return added

    up = verb("up", "start the servers that do not run, and print their addresses")
    up.add_argument("names", nargs="*", metavar="SERVER", help="rabbit, pg, prom; all three unless named")
    up.add_argument("--prometheus-settings", type=Path, metavar="FILE", help="what Prometheus is to watch")
    up.add_argument(
        "--for", type=int, dest="pid", metavar="PID", help="a lease: wiped when its last holder leaves"
    )
    release = verb("release", "give a lease back")
    release.add_argument("pid", type=int, metavar="PID")
    verb("env", "print the addresses of the servers")
    verb("down", "stop the servers; their data stays")
    verb("wipe", "end the servers and remove their data")
    for name, promise in (
        ("kill", "end one server as a power cut would"),
        ("restart", "stop it and start it again"),
    ):
        verb(name, promise).add_argument("names", nargs="+", metavar="SERVER", choices=SERVERS)
    verb("rabbitmqctl", "run RabbitMQ's control program").add_argument("words", nargs=argparse.REMAINDER)
    install = verb("install", "install the Debian packages that are missing")
    install.add_argument(
        "names",
        nargs="*",
        metavar="WHAT",
        help="rabbit, pg, prom, nginx, alert, compose, compiler, cluster; all but the last unless named",
    )
    return parser


def _addresses(stack: Stack) -> None:
    if not stack.servers:
        raise Unready(f"none were started in {stack.folder}")
    for name, value in stack.reach().items():
        print(f"{name}={value}")


def _up(stack: Stack, asked: argparse.Namespace) -> None:
    names = asked.names or list(SERVERS)
    unknown = sorted(set(names) - set(SERVERS))
    if unknown:
        raise Unready(f"no such server: {', '.join(unknown)}; there are {', '.join(SERVERS)}")
    stack.up(names, asked.prometheus_settings)
    if asked.pid is None:
        stack.keep()
    else:
        stack.lease(asked.pid)
    _addresses(stack)


def _each(deed: Callable[[Stack, str], None]) -> Callable[[Stack, argparse.Namespace], None]:
    def do(stack: Stack, asked: argparse.Namespace) -> None:
        for name in asked.names:
            deed(stack, name)

    return do


DEEDS: dict[str, Callable[[Stack, argparse.Namespace], None]] = {
    "up": _up,
    "env": lambda stack, _: _addresses(stack),
    "release": lambda stack, asked: stack.release(asked.pid),
    "down": lambda stack, _: stack.down(),
    "wipe": lambda stack, _: stack.wipe(),
    "kill": _each(Stack.kill),
    "restart": _each(Stack.restart),
    "rabbitmqctl": lambda stack, asked: stack.rabbitmqctl(asked.words),
}


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words say; 3 when something that is not ours is missing, said in one line."""
    asked = _parser().parse_args(words)
    try:
        if asked.verb == "install":
            packages.install(
                asked.names or [*SERVERS, packages.NGINX, packages.ALERT, packages.COMPOSE, packages.COMPILER]
            )
        else:
            with opened(asked.folder, Stack) as stack:
                DEEDS[asked.verb](stack, asked)
    except Unready as trouble:
        print(f"servers: {trouble}", file=sys.stderr)
        return UNREADY
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
