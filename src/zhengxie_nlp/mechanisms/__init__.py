"""Mechanisms: institutional devices with a name of their own (guideline §4)."""
