"""What the registry says to the others: data of its messages, and the streams on which they go."""
