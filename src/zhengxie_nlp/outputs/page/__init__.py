"""The page: a Document, or an archive of them, as one HTML file that needs nothing but a browser."""
