"""The command line: one module per command, words for people in both languages."""
