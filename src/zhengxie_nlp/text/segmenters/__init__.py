"""Segmenters: what cuts text into words, behind one protocol."""
