"""What this service asks of the outside and has more than one answer to: a channel, real or in memory."""
