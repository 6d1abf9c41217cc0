"""From a town's files to its pack: templates put together, every section read, every fault collected."""
