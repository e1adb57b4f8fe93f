"""The patterns of this room: rows of `data/time_reading.tsv`."""

from __future__ import annotations

import re

from zhengxie_nlp.lexicon.patterns import pattern_in


def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of `data/time_reading.tsv`.

    Example:
        >>> bool(pattern("decade").fullmatch("20世纪50年代"))
        True
    """
    return pattern_in("time_reading.tsv", name)
