"""Structure: reading order, the speeches of a text, and the outline of each."""
