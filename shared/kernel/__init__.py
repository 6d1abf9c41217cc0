"""The words that every room speaks: instants, ids, hashes, bilingual texts, and errors that help."""
