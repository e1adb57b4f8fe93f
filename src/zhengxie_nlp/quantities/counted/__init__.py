"""Counted: which noun or deed a quantity counts."""
