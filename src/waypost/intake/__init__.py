"""Sources into canonical events: nothing lost, nothing twice."""
