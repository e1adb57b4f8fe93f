"""Speeches: lines by their roles, organisations and persons by their names."""
