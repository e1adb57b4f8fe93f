"""Outputs: a Document as text for people, and files that are whole or absent."""
