"""The web service: the page for texts that are pasted and files that are dropped, and the same over HTTP."""
