"""One scribe per system: it turns lives into that system's export file, with its habits and faults."""
