"""Real RabbitMQ, PostgreSQL and Prometheus from Debian's packages, on loopback, in a folder of our own.

It reads and writes nothing of the machine's own servers: not their settings, data, ports or users' homes.
"""
