"""The patterns of `speech_patterns.tsv`: what the lines of speeches, transcripts and pages look like."""

from __future__ import annotations

import re

from zhengxie_nlp.lexicon.patterns import pattern_in


def speech_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of `speech_patterns.tsv`; the table says how it is looked for.

    Example:
        >>> speech_pattern("reporter").match("清澜日报记者 何立新")["role"]
        '记者'
    """
    return pattern_in("speech_patterns.tsv", name)
