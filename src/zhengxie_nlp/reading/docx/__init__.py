"""Word documents: a reader of our own over lxml, because numbers of lists are not text but definitions."""
