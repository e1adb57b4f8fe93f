"""Cleaning: from the decoded source to the SourceText: folding, layout, wrapped lines, blanks."""
