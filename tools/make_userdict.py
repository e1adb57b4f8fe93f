"""Writes `data/userdict.txt`: our words and terms in jieba's format, for use outside of this library.

    python tools/make_userdict.py

It holds `data/words.tsv` and `data/numeral_terms.tsv`; a test says when it is to be made again.
"""

from pathlib import Path

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.jieba_words import LEAST_COUNT, own_entries

GOAL = Path(__file__).resolve().parents[1] / "src" / "zhengxie_nlp" / "data" / "userdict.txt"


def userdict() -> str:
    """Return the file's content: word, count and tag a line, sorted by word."""
    entries = {entry.word: (entry.frequency, entry.tag) for entry in own_entries() if entry.frequency}
    for row in read_table("numeral_terms.tsv"):
        entries.setdefault(row["term"], (LEAST_COUNT, "n"))
    return "".join(
        f"{word} {count} {tag}\n" for word, (count, tag) in sorted(entries.items()) if " " not in word
    )


if __name__ == "__main__":
    GOAL.write_text(userdict(), encoding="utf-8")
