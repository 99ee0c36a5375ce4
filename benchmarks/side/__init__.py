"""The questions beside other engines, in one run, with equal answers."""
