"""Annotations by hand, and by other tools, turned into gold Documents and back."""
