"""Questions as fields to fill in: how each is worded and spelled, and the question they make."""
