"""Training: from a corpus to a model folder."""
