"""Initiatives: clauses that tell a deed (guideline §6)."""
