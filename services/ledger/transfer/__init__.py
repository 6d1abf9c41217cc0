"""Lists of offices in and out: files to entries, entries to workbooks and paper."""
