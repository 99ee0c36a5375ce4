"""The event log, binding, and the journey store."""
