"""RabbitMQ on every machine, as one cluster: each quorum queue has a member on all three."""

import signal
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers import processes, rabbit
from scripts.servers.cluster.member import EVERYONE, Member
from scripts.servers.cluster.network import MACHINES
from scripts.servers.places import Owner

# As they stand in the deployed settings, or as RabbitMQ has them.
AMQP, MANAGEMENT, METRICS, DISTRIBUTION, MAPPER = 5672, 15672, 15692, 25672, 4369
# Three on one machine, beside everything else that runs on it.
SPARING = """
log.file.level = warning
disk_free_limit.absolute = 100MB
vm_memory_high_watermark.absolute = 1GB
"""


class Rabbit(Member):
    """One node of three."""

    LOG: ClassVar[str] = rabbit.LOG
    STOP: ClassVar[signal.Signals] = rabbit.STOP

    @property
    def node(self) -> str:
        """The node's name: by its address, so that no name has to be looked up."""
        return f"gridcase@{self.address}"

    def prepare(self, folder: Path) -> dict[str, Any]:
        """Write the node's settings."""
        owner = Owner.named(rabbit.USER)
        for place in (folder, folder / "mnesia", folder / "log"):
            owner.folder(place)
        files = {
            "rabbitmq.conf": self._settings("rabbitmq.conf", folder, broker=self.secret) + SPARING,
            "enabled_plugins": rabbit.PLUGINS,
            "advanced.config": "[].\n",
            "rabbitmq-env.conf": "",
            ".erlang.cookie": self.secret,
        }
        for name, text in files.items():
            (folder / name).write_text(text)
            owner.give(folder / name, 0o400 if name == ".erlang.cookie" else 0o600)
        return {"folder": str(folder), "distribution": DISTRIBUTION, "epmd": MAPPER}

    def environment(self, record: dict[str, Any]) -> dict[str, str]:
        """Give the environment in which the node, and programs that speak to it, run."""
        interface = f"-kernel inet_dist_use_interface {{{self.address.replace('.', ',')}}}"
        quiet = "+sbwt none +sbwtdcpu none +sbwtdio none +S 1:1 +SDcpu 1:1 +SDio 2 +A 16"
        return {
            **rabbit.environment(record),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_USE_LONGNAME": "true",
            "ERL_EPMD_ADDRESS": self.address,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{interface} {quiet}",
            "RABBITMQ_CTL_ERL_ARGS": interface,
        }

    def start(self, record: dict[str, Any]) -> list[str]:
        """Start the machine's port mapper and the node."""
        folder, owner, settings = Path(record["folder"]), Owner.named(rabbit.USER), self.environment(record)
        command = [str(rabbit.mapper()), "-address", self.address, "-port", str(MAPPER)]
        words = self.network.on(self.machine, owner, command)
        mapper = processes.start(words, folder, EVERYONE, settings, "epmd.log")
        processes.await_ready(mapper, lambda: processes.answers(MAPPER, self.address), folder / "epmd.log")
        return [*self._run([str(rabbit.script())], folder, owner, settings), mapper]

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether clients, management and metrics are all answered."""
        del record
        return all(processes.answers(port, self.address) for port in (AMQP, MANAGEMENT, METRICS))

    def reach(self, record: dict[str, Any]) -> dict[str, str]:
        """Give the addresses of all nodes, as an administrator, and where each keeps its data."""
        login, addresses = f"gridcase:{self.secret}@", self.network.addresses()
        folders = (Path(record["folder"]).with_name(f"rabbit-{machine}") for machine in MACHINES)
        return {
            "AMQP_URL": ";".join(f"amqp://{login}{address}:{AMQP}/%2F" for address in addresses),
            "RABBITMQ_MANAGEMENT_URL": ";".join(f"http://{login}{each}:{MANAGEMENT}" for each in addresses),
            "RABBITMQ_DATA": ";".join(f"{folder}/mnesia" for folder in folders),
        }
