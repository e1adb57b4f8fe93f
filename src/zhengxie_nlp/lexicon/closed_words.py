"""Small closed lists of words that a rule names: `closed_words.tsv`."""

from __future__ import annotations

from functools import cache

from zhengxie_nlp.lexicon.tables import left_out, read_table


@cache
def closed_words(name: str) -> frozenset[str]:
    """Return one list of `closed_words.tsv`.

    Raises:
        KeyError: if there is no such list.

    Example:
        >>> "对于" in closed_words("bringing"), "建立" in closed_words("bringing")
        (True, False)
    """
    table = "closed_words.tsv"
    if name in left_out(table):
        return frozenset()
    return read_table(table).grouped("word", by="list")[name]
