"""Answers that are kept: what depends on a word alone is worked out once a word, not at every place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Memo(dict[Key, Answer]):
    """The answers to the questions asked so far; full, it begins anew.

    Looking one up costs what a dictionary costs, a fraction of a call: for what is asked at every word.

    Args:
        answer: gives the answer to a question, always the same to the same.
        most: so many answers are kept.

    Example:
        >>> lengths = Memo(len, most=1000)
        >>> lengths["政协"], dict(lengths)
        (2, {'政协': 2})
    """

    __slots__ = ("_answer", "_most")

    def __init__(self, answer: Callable[[Key], Answer], *, most: int) -> None:
        super().__init__()
        self._answer, self._most = answer, most

    def __missing__(self, key: Key) -> Answer:
        if len(self) >= self._most:
            self.clear()
        made = self[key] = self._answer(key)
        return made
