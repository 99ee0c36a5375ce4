"""One scribe per system: it turns lives into that system's file, with its habits and faults."""
