"""From a snapshot to a map document: every card counted, every gap named."""
