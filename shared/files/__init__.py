"""Files as offices keep them: encodings, separators, dates. And those that people hand in. Knows no case, no HTTP."""
