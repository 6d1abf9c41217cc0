"""The command line of the cluster: `python -m scripts.servers.cluster up DIR`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.servers.__main__ import UNREADY
from scripts.servers.cluster.network import MACHINES
from scripts.servers.cluster.stack import Cluster
from scripts.servers.places import Unready
from scripts.servers.stack import opened


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.servers.cluster", description=sys.modules["scripts.servers.cluster"].__doc__
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, promise: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=promise, description=promise)
        added.add_argument("folder", type=Path, metavar="DIR", help="where the servers' files lie")
        return added

    verb("up", "start the servers that do not run, and print their addresses").add_argument(
        "--for", type=int, dest="pid", metavar="PID", help="a lease: wiped when its last holder leaves"
    )
    verb("release", "give a lease back").add_argument("pid", type=int, metavar="PID")
    verb("env", "print the addresses of the servers")
    verb("roles", "print which store leads and which follows")
    verb("down", "stop the servers; their data stays")
    verb("wipe", "end the servers, and remove their data and their network")
    for name, promise in (
        ("kill", "end servers as a power cut would"),
        ("restart", "start servers again"),
        ("kill-postgres", "end PostgreSQL alone, as a crash would"),
        ("kill-patroni", "end Patroni alone"),
    ):
        verb(name, promise).add_argument("names", nargs="+", metavar="SERVER")
    for name, promise in (("cut", "cut machines off the network"), ("join", "put them back on it")):
        verb(name, promise).add_argument("names", nargs="+", metavar="MACHINE", choices=MACHINES)
    return parser


def _up(cluster: Cluster, asked: argparse.Namespace) -> None:
    cluster.up()
    if asked.pid is None:
        cluster.keep()
    else:
        cluster.lease(asked.pid)
    _addresses(cluster, asked)


def _addresses(cluster: Cluster, _asked: argparse.Namespace) -> None:
    for name, value in cluster.reach().items():
        print(f"{name}={value}")


def _roles(cluster: Cluster, _asked: argparse.Namespace) -> None:
    for name in cluster.kinds:
        if name.startswith("pg-"):
            print(f"{name}={cluster.role(name)}")


def _each(deed: Callable[[Cluster, str], object]) -> Callable[[Cluster, argparse.Namespace], None]:
    def do(cluster: Cluster, asked: argparse.Namespace) -> None:
        for name in asked.names:
            deed(cluster, name)

    return do


DEEDS: dict[str, Callable[[Cluster, argparse.Namespace], None]] = {
    "up": _up,
    "release": lambda cluster, asked: cluster.release(asked.pid),
    "env": _addresses,
    "roles": _roles,
    "down": lambda cluster, _: cluster.down(),
    "wipe": lambda cluster, _: cluster.wipe(),
    "kill": _each(Cluster.kill),
    "restart": _each(Cluster.restart),
    "kill-postgres": _each(Cluster.kill_postgres),
    "kill-patroni": _each(Cluster.kill_patroni),
    "cut": _each(lambda cluster, name: cluster.network.cut(name)),
    "join": _each(lambda cluster, name: cluster.network.join(name)),
}


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words say; 3 when something that is not ours is missing, said in one line."""
    asked = _parser().parse_args(words)
    try:
        with opened(asked.folder, Cluster) as cluster:
            DEEDS[asked.verb](cluster, asked)
    except Unready as trouble:
        print(f"cluster: {trouble}", file=sys.stderr)
        return UNREADY
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
