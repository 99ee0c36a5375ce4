"""What the journeys teach: personas, friction, opportunities."""
