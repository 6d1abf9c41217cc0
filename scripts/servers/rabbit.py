"""RabbitMQ with management, metrics and the consistent-hash exchange, as a node of its own.

Its own start script is called rather than the one in the path, which insists on the machine's settings.
"""

import secrets
import signal
from pathlib import Path
from typing import Any

from scripts.servers import processes
from scripts.servers.places import Owner

USER, PACKAGE = "rabbitmq", "rabbitmq-server"
STOP = signal.SIGTERM
LOG = "console.log"
LOOPBACK = "inet_dist_use_interface {127,0,0,1}"

SETTINGS = """\
listeners.tcp.default = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {metrics}
default_user = {user}
default_pass = {password}
log.file.level = warning
disk_free_limit.absolute = 100MB
vm_memory_high_watermark.absolute = 2GB
collect_statistics_interval = 1000
"""
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus,rabbitmq_consistent_hash_exchange].\n"


def script() -> Path | None:
    """Find RabbitMQ's own start script; None when the package is missing."""
    found = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    return found[-1] if found else None


def control() -> Path:
    """Find `rabbitmqctl`, beside the start script."""
    found = script()
    assert found is not None  # a node that runs was installed
    return found.with_name("rabbitmqctl")


def mapper() -> Path:
    """Find Erlang's port mapper, which comes with the package."""
    return max(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"))


def is_installed() -> bool:
    """Tell whether RabbitMQ can be started."""
    return script() is not None


def prepare(folder: Path) -> dict[str, Any]:
    """Write the node's settings, once; returns what is needed to start and reach it."""
    owner = Owner.named(USER)
    for place in (folder, folder / "mnesia", folder / "log"):
        owner.folder(place)
    ports = {
        name: processes.free_port() for name in ("amqp", "management", "metrics", "distribution", "epmd")
    }
    record: dict[str, Any] = {
        "folder": str(folder),
        "user": "gridcase",
        "password": secrets.token_hex(8),
        **ports,
    }
    files = {
        "rabbitmq.conf": SETTINGS.format(**record),
        "enabled_plugins": PLUGINS,
        "advanced.config": "[].\n",
        "rabbitmq-env.conf": "",  # an empty one hides the machine's
        ".erlang.cookie": secrets.token_hex(16),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
        owner.give(folder / name, 0o400 if name == ".erlang.cookie" else 0o600)
    return record


def environment(record: dict[str, Any]) -> dict[str, str]:
    """Give the environment in which the node, and programs that speak to it, run."""
    folder = record["folder"]
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,  # the cookie lies here
        "RABBITMQ_NODENAME": "gridcase@localhost",  # an address that cannot be resolved would hang the start
        "RABBITMQ_CONF_ENV_FILE": f"{folder}/rabbitmq-env.conf",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_PID_FILE": f"{folder}/rabbit.pid",
        "RABBITMQ_DIST_PORT": str(record["distribution"]),  # the default would be AMQP + 20000
        "ERL_EPMD_PORT": str(record["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP": f"{folder}/erl_crash.dump",
        # Erlang's schedulers spin while idle unless told not to: on few cores that starves everyone else.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel {LOOPBACK} +sbwt none +sbwtdcpu none +sbwtdio none",
        "RABBITMQ_CTL_ERL_ARGS": f"-kernel {LOOPBACK}",
        "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the server: one process
    }


def start(record: dict[str, Any]) -> list[str]:
    """Start the port mapper, on loopback alone, and the node; the node's mark comes first."""
    folder, owner, settings = Path(record["folder"]), Owner.named(USER), environment(record)
    command = [str(mapper()), "-address", "127.0.0.1", "-port", str(record["epmd"])]
    epmd = processes.start(command, folder, owner, settings, "epmd.log")
    processes.await_ready(epmd, lambda: processes.answers(record["epmd"]), folder / "epmd.log")
    node = processes.start([str(script())], folder, owner, settings, LOG)
    return [node, epmd]


def is_ready(record: dict[str, Any]) -> bool:
    """Tell whether clients, management and metrics are all answered."""
    return all(processes.answers(record[name]) for name in ("amqp", "management", "metrics"))


def reach(record: dict[str, Any]) -> dict[str, str]:
    """Give the addresses under which the node is reached."""
    login = f"{record['user']}:{record['password']}@127.0.0.1"
    return {
        "AMQP_URL": f"amqp://{login}:{record['amqp']}/%2F",
        "RABBITMQ_MANAGEMENT_URL": f"http://{login}:{record['management']}",
        "RABBITMQ_DATA": f"{record['folder']}/mnesia",
        "RABBITMQ_METRICS_URL": f"http://127.0.0.1:{record['metrics']}/metrics",
    }
