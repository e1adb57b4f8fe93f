"""Categories: what gets one of the four, and by which wording (guideline §7)."""
