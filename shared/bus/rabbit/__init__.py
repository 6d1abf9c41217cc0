"""RabbitMQ: kombu consumes, pika's pipelined confirms carry the relay and the dead-letter tools."""
