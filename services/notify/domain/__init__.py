"""Who is told what: decided from values alone, without input, output or a clock."""
