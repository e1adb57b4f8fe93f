"""The patterns of `mechanism_patterns.tsv`: what stands in and around the names of devices."""

from __future__ import annotations

import re

from zhengxie_nlp.lexicon.patterns import pattern_in


def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of `mechanism_patterns.tsv`; the table says how it is looked for.

    Example:
        >>> bool(pattern("frame_role").search("以约谈为主体"))
        True
    """
    return pattern_in("mechanism_patterns.tsv", name)
