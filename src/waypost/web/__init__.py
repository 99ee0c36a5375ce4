"""The studio: pages and API over HTTP; translation only."""
