"""Quantities: numbers that count or measure, with what they count (guideline §2)."""
