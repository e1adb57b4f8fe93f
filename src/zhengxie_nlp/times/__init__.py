"""Times: dates, periods and relative times (guideline §5)."""
