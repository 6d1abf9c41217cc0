"""Assessment: what happened in a town, counted; points, ranks and proposals of it; what was published."""
