"""Counts of what the service does, in the form that Prometheus reads; nothing of any document is in them."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Final

#: The upper bounds of the classes that durations are counted in, in seconds.
BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """What has been counted since the start.

    Example:
        >>> metrics = Metrics()
        >>> metrics.answered("/extract", 200, seconds=0.2, characters=15)
        >>> 'zhengxie_requests_total{path="/extract",status="200"} 1' in metrics.text(in_flight=0)
        True
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._classes: Counter[tuple[str, float]] = Counter()
        self._seconds: dict[str, float] = {}
        self._documents: Counter[str] = Counter()
        self._characters = 0

    def answered(self, path: str, status: int, *, seconds: float, characters: int = 0) -> None:
        """Count one answer."""
        with self._lock:
            self._requests[path, status] += 1
            self._seconds[path] = self._seconds.get(path, 0.0) + seconds
            for bound in BOUNDS:
                if seconds <= bound:
                    self._classes[path, bound] += 1
            self._characters += characters

    def document(self, outcome: str) -> None:
        """Count one document: ``done``, or the code of its error."""
        with self._lock:
            self._documents[outcome] += 1

    def text(self, *, in_flight: int) -> str:
        """Return all counts as text."""
        with self._lock:
            lines = ["# TYPE zhengxie_requests_total counter"]
            for (path, status), count in sorted(self._requests.items()):
                lines.append(f'zhengxie_requests_total{{path="{path}",status="{status}"}} {count}')
            lines.append("# TYPE zhengxie_request_seconds histogram")
            for path, total in sorted(self._seconds.items()):
                count = sum(n for (of, _), n in self._requests.items() if of == path)
                for bound in BOUNDS:
                    within = self._classes[path, bound]
                    lines.append(f'zhengxie_request_seconds_bucket{{path="{path}",le="{bound:g}"}} {within}')
                lines.append(f'zhengxie_request_seconds_bucket{{path="{path}",le="+Inf"}} {count}')
                lines.append(f'zhengxie_request_seconds_sum{{path="{path}"}} {total:.6f}')
                lines.append(f'zhengxie_request_seconds_count{{path="{path}"}} {count}')
            lines.append("# TYPE zhengxie_documents_total counter")
            for outcome, count in sorted(self._documents.items()):
                lines.append(f'zhengxie_documents_total{{outcome="{outcome}"}} {count}')
            lines += [
                "# TYPE zhengxie_characters_total counter",
                f"zhengxie_characters_total {self._characters}",
            ]
            lines += ["# TYPE zhengxie_requests_in_flight gauge", f"zhengxie_requests_in_flight {in_flight}"]
        return "\n".join(lines) + "\n"
