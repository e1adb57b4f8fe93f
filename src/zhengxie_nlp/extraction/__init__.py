"""Extraction: each extractor offers candidates; one policy (`rules`) decides who keeps which characters."""
