"""Terms: fixed phrases in which a numeral abbreviates a set (guideline §3)."""
