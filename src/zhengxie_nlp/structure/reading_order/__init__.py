"""Reading order: text that columns and pages have interleaved, put back."""
