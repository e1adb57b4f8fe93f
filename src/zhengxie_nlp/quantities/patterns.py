"""The patterns of this room: rows of `data/quantity_patterns.tsv`."""

from __future__ import annotations

import re

from zhengxie_nlp.lexicon.patterns import pattern_in


def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of `data/quantity_patterns.tsv`.

    Example:
        >>> bool(pattern("half").match("半，"))
        True
    """
    return pattern_in("quantity_patterns.tsv", name)
