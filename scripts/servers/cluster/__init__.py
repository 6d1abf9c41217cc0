"""Three machines on one: RabbitMQ on all, PostgreSQL with a synchronous standby under Patroni, and HAProxy before it.

Each machine is a network namespace with an address of its own on a bridge, so that one can be cut off from the others
without a word, as when a switch dies: its processes go on, and every packet is swallowed. That takes root.
"""
