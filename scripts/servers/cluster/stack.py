"""The cluster of one folder: three machines and what runs on them, started and stopped together."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from scripts.progress import Steps
from scripts.servers import packages, processes
from scripts.servers.cluster.etcd import Etcd
from scripts.servers.cluster.haproxy import HaProxy
from scripts.servers.cluster.member import Member
from scripts.servers.cluster.network import MACHINES, Network
from scripts.servers.cluster.patroni import STORES, Patroni
from scripts.servers.cluster.rabbit import Rabbit
from scripts.servers.places import Unready
from scripts.servers.stack import Stack, require

NEEDS = ("rabbit", "pg", packages.CLUSTER)
PROXY = "proxy"


class Cluster(Stack):
    """Its servers are called by what they are and where: 'rabbit-a', 'etcd-c', 'pg-b'; and the 'proxy' on the host.

    Attributes:
        network: that joins the machines.
    """

    kinds: dict[str, Member]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.network = Network.of(folder)
        self.kinds = _members(self.network, _secret(folder / "secret"))

    def up(self, names: Sequence[str] = (), settings: Path | None = None) -> None:
        """Start what does not run, of `names` or of all, and return when each does its part.

        Raises:
            Unready: a package is missing, this is not root, or a server does not start.
        """
        del settings
        require(packages.missing(NEEDS))
        self.network.lay()
        wanted = list(names) or list(self.kinds)
        steps = Steps("cluster: up", r"(\S+)", len(wanted))
        for name in wanted:
            self._prepare(name)
            self._start(name)
            # Two stores that begin at once would both make one: the second copies the first's.
            if name.startswith("pg-"):
                self._await(name)
        for name in wanted:
            self._await(name)
            steps.see(name)
        steps.close()

    def kill(self, name: str) -> None:
        """End a server and all that it has started, whoever its parent is by now, as a power cut would."""
        self._main(name)
        for process in processes.dwelling(Path(self.servers[name]["record"]["folder"])):
            processes.kill(process)

    def wipe(self) -> None:
        """End every server, remove all they kept, and the network."""
        super().wipe()
        self.network.take_up()
        (self.folder / "secret").unlink(missing_ok=True)

    def power_off(self, machine: str) -> list[str]:
        """End everything on a machine as a power cut would; return what ran there."""
        found = [name for name in self.kinds if name.endswith(f"-{machine}")]
        for name in found:
            self.kill(name)
        return found

    def kill_postgres(self, name: str) -> None:
        """End PostgreSQL alone, as a crash would; its Patroni stays."""
        member, record = self._store(name)
        found = member.postmaster(record)
        if found is not None:
            processes.kill(found)

    def kill_patroni(self, name: str) -> None:
        """End Patroni alone: PostgreSQL goes on, and nobody says that it lives."""
        self._store(name)
        processes.kill(self._main(name))

    def _store(self, name: str) -> tuple[Patroni, dict[str, object]]:
        member = self.kinds.get(name)
        if not isinstance(member, Patroni):
            raise Unready(f"{name} is no store; there are {', '.join(f'pg-{store}' for store in STORES)}")
        return member, self.servers[name]["record"]

    def role(self, name: str) -> str | None:
        """Return what a store is now: 'primary', 'sync_standby', 'replica'; None where it does not answer."""
        return self._store(name)[0].role()

    def await_standby(self, seconds: float = 120.0) -> None:
        """Wait until there is a primary with a synchronous standby: until then no second one may be lost.

        Raises:
            Unready: it was not so in time.
        """
        names = [f"pg-{store}" for store in STORES]
        if not processes.until(
            lambda: sorted(str(self.role(name)) for name in names) == ["primary", "sync_standby"], seconds
        ):
            raise Unready("the stores did not come to be a primary and its synchronous standby")


def _members(network: Network, secret: str) -> dict[str, Member]:
    """In the order in which they are started: who leads is settled first."""
    kinds = (("etcd", Etcd, MACHINES), ("pg", Patroni, STORES), ("rabbit", Rabbit, MACHINES))
    found: dict[str, Member] = {
        f"{name}-{machine}": kind(machine, network, secret)
        for name, kind, machines in kinds
        for machine in machines
    }
    return {**found, PROXY: HaProxy("", network, secret)}


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return path.read_text()
