"""Evaluation: gold against found, accuracy floors, and the tools that make gold."""
