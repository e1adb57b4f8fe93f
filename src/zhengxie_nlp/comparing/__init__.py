"""Compares what the documents of an archive say: across organisations, years and figures."""
