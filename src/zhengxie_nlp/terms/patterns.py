"""The patterns of this room: rows of `data/numeral_term_reading.tsv`."""

from __future__ import annotations

import re

from zhengxie_nlp.lexicon.patterns import pattern_in


def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of `data/numeral_term_reading.tsv`.

    Example:
        >>> bool(pattern("sign").search("五型机关"))
        True
    """
    return pattern_in("numeral_term_reading.tsv", name)
