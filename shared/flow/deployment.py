"""What a process is told by its environment, read once and passed on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

from shared.bus.rabbit import connecting as brokers
from shared.bus.rabbit.topology import Shape
from shared.db import engines as stores
from shared.kernel.instants import parse_instant
from shared.kernel.keyring import Keyring
from shared.kernel.problems import Problem
from shared.kernel.session_life import SessionLife
from shared.kernel.texts import Text
from shared.web.quotas import DoorSettings, read_door

TOKEN_DAYS = 365
MOST_TOKEN_DAYS = 730
_LIFETIME = "GRIDCASE_TOKEN_DAYS"
MOST_SESSION_HOURS = 168
MOST_IDLE_MINUTES = 1440
_SESSION_HOURS, _IDLE_MINUTES = "GRIDCASE_SESSION_HOURS", "GRIDCASE_SESSION_IDLE_MINUTES"
TLS_CA = "GRIDCASE_TLS_CA"

NEWEST_OF_SECRETS = "GRIDCASE_SECRET"
OLD_SECRETS = "GRIDCASE_OLD_SECRETS"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a process finds its servers and how it faces the world.

    Args:
        store_url: the service's own database; '{service}' and '{password}' as in `shared.kernel.addresses`.
        broker_url: AMQP address, of several brokers where these are separated by ',' ('…@one:5672,two:5672/…'), or
            several addresses separated by ';'; likewise. GRIDCASE_TLS_CA, a file with the authority's
            certificate, has both servers reached over TLS alone, their certificates and names looked at.
        secret: of which every key is made; the same for all services of a deployment, the newest and those before.
        engine: 'both' evaluators or 'reference' alone.
        host: address on which the HTTP server listens; port: 0 takes a free one.
        worker: this process's number among those of the same service, from 0; workers: how many there are.
        shape: width of the broker's topology, the same everywhere.
        files: folder of files that services write and read.
        token_days: how long a token lives at most.
        door: how much may be asked for, and which proxies are trusted.
        sessions: how long somebody stays signed in.
        unsigned_until: until when messages without a signature are taken, aware; None: none are.
    """

    store_url: str
    broker_url: str
    secret: Keyring
    engine: str
    host: str
    port: int
    worker: int
    workers: int
    shape: Shape
    files: str
    token_days: int = TOKEN_DAYS
    door: DoorSettings = field(default_factory=DoorSettings)
    unsigned_until: datetime | None = None
    sessions: SessionLife = field(default_factory=SessionLife)


def read_deployment(env: Mapping[str, str] | None = None) -> Deployment:
    """Read the settings of a process from its environment.

    Args:
        env: names and values of variables; None: those of this process.

    Raises:
        Problem: `missing-setting` naming the variable; there are no default addresses and no default secret: a service
            that starts with a wrong one would be worse than one that does not start.
        Problem: `bad-setting`: a quota or a network that can't be understood.
        ValueError: a port, a number of workers or of shards that is no number; an instant that is none.
    """
    env = os.environ if env is None else env
    ca = env.get(TLS_CA)
    store_url, broker_url = needed(env, "GRIDCASE_STORE_URL"), needed(env, "GRIDCASE_BROKER_URL")
    return Deployment(
        store_url=stores.with_ca(store_url, ca) if ca else store_url,
        broker_url=brokers.with_ca(broker_url, ca) if ca else broker_url,
        secret=secrets_of(needed(env, NEWEST_OF_SECRETS), env.get(OLD_SECRETS, "")),
        engine=env.get("GRIDCASE_ENGINE", "both"),
        host=env.get("GRIDCASE_HOST", "127.0.0.1"),
        port=int(env.get("GRIDCASE_PORT", "8080")),
        worker=int(env.get("GRIDCASE_WORKER", "0")),
        workers=int(env.get("GRIDCASE_WORKERS", "1")),
        shape=Shape(shards=int(env.get("GRIDCASE_SHARDS", "16"))),
        files=env.get("GRIDCASE_FILES", "files"),
        token_days=read_token_days(env),
        door=read_door(env),
        unsigned_until=_instant(env, "GRIDCASE_UNSIGNED_UNTIL"),
        sessions=read_session_life(env),
    )


def read_token_days(env: Mapping[str, str] = os.environ) -> int:
    """Return how many days a token lives at most: GRIDCASE_TOKEN_DAYS, a year where it is not set.

    Raises:
        Problem: `bad-setting`: it is no number from 1 to `MOST_TOKEN_DAYS`. A token that somebody has lost must end by
            itself, also where whoever set the house up thinks of no end.
    """
    return _number(env, _LIFETIME, TOKEN_DAYS, MOST_TOKEN_DAYS, Text("天", "days"))


def read_session_life(env: Mapping[str, str] = os.environ) -> SessionLife:
    """Return how long somebody stays signed in: GRIDCASE_SESSION_HOURS, idle GRIDCASE_SESSION_IDLE_MINUTES.

    Raises:
        Problem: `bad-setting`: one is no number within its bounds.
    """
    usual = SessionLife()
    hours = _number(
        env, _SESSION_HOURS, usual.longest // timedelta(hours=1), MOST_SESSION_HOURS, Text("小时", "hours")
    )
    minutes = _number(
        env, _IDLE_MINUTES, usual.idle // timedelta(minutes=1), MOST_IDLE_MINUTES, Text("分钟", "minutes")
    )
    return SessionLife(timedelta(hours=hours), timedelta(minutes=minutes))


def _number(env: Mapping[str, str], name: str, usual: int, most: int, unit: Text) -> int:
    """A setting from 1 to `most`; what is not set is as usual."""
    given = env.get(name, str(usual))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= most):
        raise Problem(
            "bad-setting",
            Text(f"{name} 的值“{given[:20]}”无效", f"{name} can't be '{given[:20]}'"),
            Text(
                f"写 1 至 {most} 的整数（{unit.zh}）",
                f"set it to a number of {unit.en} from 1 to {most}",
            ),
            {"setting": name},
        )
    return int(given)


def _instant(env: Mapping[str, str], name: str) -> datetime | None:
    told = env.get(name)
    return parse_instant(told) if told else None


def secrets_of(newest: str, older: str = "") -> Keyring:
    """Return the secrets of a deployment.

    Args:
        newest: the one that closes and signs, as it stands: a secret of version 0.1 may have any letters.
        older: those before it, newest first, with spaces between them; within one, what is no letter, digit, '_', '.',
            '-' or '~' is written as in an address ('%20').
    """
    return Keyring(tuple(dict.fromkeys([newest.encode(), *map(unquote_to_bytes, older.split())])))


def needed(env: Mapping[str, str], name: str) -> str:
    """Return a variable that has no default.

    Raises:
        Problem: `missing-setting` naming it.
    """
    if not env.get(name):
        raise Problem(
            "missing-setting",
            Text(f"缺少环境变量 {name}", f"the environment variable {name} is not set"),
            Text("见部署手册“环境变量”一节", "see 'Environment' in the deployment guide"),
            {"setting": name},
        )
    return env[name]
