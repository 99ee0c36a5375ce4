"""Files of any shape, read by a mapping that a person wrote or Waypost proposed."""
