"""Routes of export and import, and the form of their files."""
