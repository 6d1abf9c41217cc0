"""Transports between services: RabbitMQ, and kombu's memory broker within one process. Frames, never meanings."""
