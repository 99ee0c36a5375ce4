"""Use cases: the one place that joins intake, log, identity, store, engine and map."""
