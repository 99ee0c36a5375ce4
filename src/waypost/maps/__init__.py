"""The map document: its schema, its discovery from a snapshot, its checks."""
