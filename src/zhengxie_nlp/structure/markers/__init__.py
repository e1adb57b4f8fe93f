"""Markers: the characters that number a section or a point."""
