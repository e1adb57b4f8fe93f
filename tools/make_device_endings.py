"""Make `data/device_endings.tsv`: what ends the objects of verbs that set up, improve or run something.

Usage: ``python tools/make_device_endings.py official.jsonl.xz``. Each line of the file is a JSON object with
the `text` of one document. For the last two to four characters of the clauses of all documents it is counted
how often they stand there, and how often behind such a verb (`data/mechanism_verbs.tsv`) in the same clause.
What ships is these counts; no text.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter
from pathlib import Path

from zhengxie_nlp.mechanisms.verbs import verbs_used

OUTPUT = Path(__file__).parents[1] / "src/zhengxie_nlp/data/device_endings.tsv"
LENGTHS = (2, 3, 4)
#: An ending is kept that stands behind such a verb so often, and in such a share of its uses.
LEAST = {2: 15, 3: 20, 4: 20}
SHARE = 0.06
CLAUSE = re.compile(r"[^，。；：！？、\s]{4,60}(?=[，。；、])")
HAN = re.compile(r"[\u4e00-\u9fff]+")
ORIGIN = (
    "# origin: counted by tools/make_device_endings.py in official Chinese documents (laws, regulations, "
    "work reports, plans), which stand outside copyright; counts only, no text\n"
    "# behind: how often it ends a clause behind a verb that sets up, improves or runs something; "
    "uses: how often it ends a clause\n"
)


def main() -> None:
    """Write the table from the documents that the command line names."""
    verb = verbs_used("set_up", "build", "strong")
    behind: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    with lzma.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        for line in lines:
            for found in CLAUSE.finditer(json.loads(line)["text"]):
                clause = found[0]
                governed = verb.search(clause, 0, len(clause) - 2)
                for length in LENGTHS:
                    ending = clause[-length:]
                    uses[ending] += 1
                    behind[ending] += governed is not None and governed.end() <= len(clause) - length
    rows = [
        f"{ending}\t{count}\t{uses[ending]}"
        for ending, count in sorted(behind.items())
        if count >= LEAST[len(ending)] and count >= SHARE * uses[ending] and HAN.fullmatch(ending)
    ]
    OUTPUT.write_text(ORIGIN + "ending\tbehind\tuses\n" + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
