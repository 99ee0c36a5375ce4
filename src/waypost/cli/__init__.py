"""Commands: translation only."""
