"""Cases decided again under another edition of the rules: previewed, ordered, carried out in batches."""
