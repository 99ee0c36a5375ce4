"""Use cases of the studio: who may do what, in one transaction each."""
