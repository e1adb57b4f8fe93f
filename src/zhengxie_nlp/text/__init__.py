"""Text: the clean string every rule works on, Chinese numerals, and sentence boundaries."""
