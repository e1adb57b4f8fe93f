"""How far two annotators agree, by the same measures as gold and found: the ceiling to aim at.

    python -m zhengxie_nlp.evaluation.agreement corpora/speeches

The second annotations of a corpus stand in ``second/NAME.ann``, made without sight of ``notes/NAME.ann``. The
first counts as gold; F1 is the same either way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from zhengxie_nlp.annotation.annotate import compile_files
from zhengxie_nlp.errors import EvaluationError, ZhengxieError
from zhengxie_nlp.evaluation.comparing import report_text
from zhengxie_nlp.evaluation.scoring import Report, score_documents
from zhengxie_nlp.records import Document


def agreement(corpus: Path) -> Report:
    """Compare the second annotations of a corpus with the first ones.

    Args:
        corpus: a folder with ``text``, ``notes`` and ``second``.

    Raises:
        EvaluationError: ZX501, if no document is annotated twice.
        DocumentError: ZX203, if an annotation does not fit its text.
    """
    return score_documents(_pairs(corpus))


def _pairs(corpus: Path) -> Iterator[tuple[Document, Document]]:
    twice = [
        path for path in sorted((corpus / "second").glob("*.ann")) if (corpus / "notes" / path.name).is_file()
    ]
    if not twice:
        raise EvaluationError(
            "ZX501",
            "no document is annotated twice",
            where=str(corpus),
            hint="Put second annotations into the folder “second”, named as in “notes”.",
        )
    for path in twice:
        text = corpus / "text" / f"{path.stem}.txt"
        yield compile_files(text, corpus / "notes" / path.name), compile_files(text, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 with a message on stderr."""
    parser = argparse.ArgumentParser(description="How far two annotators of a corpus agree.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show so many disagreements a kind"
    )
    given = parser.parse_args(arguments)
    try:
        print(report_text(agreement(given.corpus), errors=given.errors), end="")
    except ZhengxieError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
