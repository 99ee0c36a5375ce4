"""Run a question on the shards of a snapshot and add the partials."""
