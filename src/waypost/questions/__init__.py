"""Questions about journeys: one module each; frozen values in, frozen results out."""
