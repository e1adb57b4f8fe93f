"""Keeps linear algebra to one thread while something is learnt: sums in one order give the same bits."""

from __future__ import annotations

from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS and OpenMP use one thread.

    How many threads share a sum decides in which order its parts are added, and so its last bits; an
    optimiser that stops at a threshold makes more of them. On two cores the weights would be others than
    on one.
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits
