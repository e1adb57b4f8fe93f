"""What people ask of an archive, each a function: from its tables (SQLite) to rows that name their places."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Final

from zhengxie_nlp.comparing.likenesses import alike, by_pairs, group_names, pairs, plain, says_which

Row = dict[str, Any]

#: A planned deed and a done one are the same from this likeness on.
_SAME_DEED: Final = 0.6
#: Of a text's pairs the rarest so many look for what may be like it.
_RARE: Final = 6
#: Figures beside each other in one cell, at most.
_MOST_FIGURES: Final = 12


def _whose(table: str) -> str:
    """Return the SQL that joins a record with whose it is."""
    return (
        f"o.document = {table}.document AND o.speech = ifnull({table}.speech, '') "
        f"AND o.who = ifnull({table}.who, '')"
    )


MECHANISM_SQL: Final = (
    "SELECT m.text, o.organization, m.year, m.stage, m.category, m.document, m.line, m.uid, i.figures, "
    f"m.when_start FROM mechanisms m JOIN temp.organizations o ON {_whose('m')} "
    "LEFT JOIN initiatives i ON i.document = m.document AND i.uid = m.initiative ORDER BY m.record"
)


def group_mechanisms(base: sqlite3.Connection) -> None:
    """Note which mechanism each name means, in the table ``temp.mechanism_groups``."""
    counts: Counter[str] = Counter()
    for text, count in base.execute("SELECT text, count(*) FROM mechanisms GROUP BY text"):
        counts[plain(text)] += count
    chosen = group_names(counts)
    base.execute("CREATE TEMP TABLE mechanism_groups (text TEXT PRIMARY KEY, mechanism TEXT) WITHOUT ROWID")
    texts = [text for (text,) in base.execute("SELECT DISTINCT text FROM mechanisms")]
    base.executemany(
        "INSERT INTO mechanism_groups VALUES (?, ?)", [(text, chosen[plain(text)]) for text in texts]
    )


#: The year in which something was told: that of the speech, else that of its times.
_TOLD_IN: Final = "coalesce(s.year, m.year)"


def mechanisms(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield the mechanisms that several organisations have, the most widespread first: a row an organisation.

    Since when: the first year in which the archive tells of it there. Figures are those of the clauses that
    name it.
    """
    found: dict[str, dict[str, list[sqlite3.Row]]] = defaultdict(lambda: defaultdict(list))
    groups = dict(base.execute("SELECT text, mechanism FROM temp.mechanism_groups"))
    for row in base.execute(MECHANISM_SQL):
        found[groups[row["text"]]][row["organization"]].append(row)
    widespread = sorted(
        ((name, there) for name, there in found.items() if len(there) > 1 and says_which(name)),
        key=lambda one: (-len(one[1]), one[0]),
    )
    for name, there in widespread:
        for organization, rows in sorted(there.items(), key=lambda one: (_first_year(one[1]), one[0])):
            yield {
                "mechanism": name,
                "organizations": len(there),
                "organization": organization,
                "called": _listed(row["text"] for row in rows),
                "since": min((row["year"] for row in rows if row["year"]), default=None),
                "new": next(
                    (row["when_start"] or row["year"] for row in rows if row["stage"] == "new"), None
                ),
                "category": Counter(row["category"] for row in rows).most_common(1)[0][0],
                "figures": _listed(row["figures"] for row in rows),
                "mentions": len(rows),
                "places": _listed(f"{row['document']}:{row['line']}" for row in rows),
            }


def _first_year(rows: list[sqlite3.Row]) -> int:
    return min((row["year"] for row in rows if row["year"]), default=9999)


def _listed(values: Any) -> str:  # noqa: ANN401 - any iterable of cells
    """Return the different values, in their order, as one cell."""
    kept = list(dict.fromkeys(str(value) for value in values if value))
    more = f"；…（{len(kept)}）" if len(kept) > _MOST_FIGURES else ""
    return "；".join(kept[:_MOST_FIGURES]) + more


def activity(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield how many initiatives and mechanisms each organisation has, by category and year."""
    sql = (
        "SELECT organization, year, category, sum(initiatives) AS initiatives, sum(done) AS done, "
        "sum(planned) AS planned, sum(mechanisms) AS mechanisms FROM ("
        "SELECT o.organization, i.year, i.category, 1 AS initiatives, i.status <> 'planned' AS done, "
        "i.status = 'planned' AS planned, 0 AS mechanisms FROM initiatives i "
        f"JOIN temp.organizations o ON {_whose('i')} UNION ALL "
        "SELECT o.organization, m.year, m.category, 0, 0, 0, 1 FROM mechanisms m "
        f"JOIN temp.organizations o ON {_whose('m')}) "
        "GROUP BY organization, year, category ORDER BY organization, year, category"
    )
    for row in base.execute(sql):
        yield dict(row)


QUANTITY_SQL: Final = (
    "SELECT trim(q.counted, '“”《》\"') AS counted, q.unit, q.kind, q.per, q.change, o.organization, q.year, "
    "q.value, q.low, q.high, q.bound, q.text, q.document, q.line, q.uid, q.when_text FROM quantities q "
    f"JOIN temp.organizations o ON {_whose('q')} "
    "WHERE q.counted IS NOT NULL AND q.counted <> '' "
    "ORDER BY 1, q.unit, q.kind, q.per, q.change, o.organization, q.year, q.record"
)
_BASIS: Final = ("counted", "unit", "kind", "per", "change")


def figures(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield the quantities that count the same for several organisations or years, side by side.

    The basis is what is counted, the unit, the kind, for each what, and whether it is a change: what differs
    in one of them is never put together, and nothing is added up. Bounds are kept: 40多次 stays over 40.
    """
    for basis, group in groupby(
        base.execute(QUANTITY_SQL), key=lambda row: tuple(row[name] for name in _BASIS)
    ):
        rows = list(group)
        if len({(row["organization"], row["year"]) for row in rows}) < 2:
            continue
        for row in rows:
            yield {
                **dict(zip(_BASIS, basis, strict=True)),
                **{
                    name: row[name]
                    for name in ("organization", "year", "value", "low", "high", "bound", "text")
                },
                "when": row["when_text"],
                "place": f"{row['document']}:{row['line']}",
            }


def years(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield each organisation's year against its last: mechanisms named first or no more, figures changed.

    Mechanisms are compared by the year of the speech that names them, figures by the year they are of. Only
    years that follow each other are compared, and only figures of the same basis, when each year has one
    value and both have the same bound.
    """
    yield from _mechanism_years(base)
    yield from _figure_years(base)


def _mechanism_years(base: sqlite3.Connection) -> Iterator[Row]:
    sql = (
        f"SELECT o.organization, {_TOLD_IN} AS year, g.mechanism, "
        "min(m.document || ':' || m.line) AS place FROM mechanisms m "
        "LEFT JOIN speeches s ON s.document = m.document AND s.speech = m.speech "
        f"JOIN temp.organizations o ON {_whose('m')} "
        f"JOIN temp.mechanism_groups g ON g.text = m.text WHERE {_TOLD_IN} IS NOT NULL "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    for organization, rows in groupby(base.execute(sql), key=lambda row: row["organization"]):
        by_year = {
            year: {row["mechanism"]: row["place"] for row in of_year}
            for year, of_year in groupby(rows, key=lambda row: row["year"])
        }
        for before, after in pairwise(by_year):
            if after != before + 1:
                continue
            then, now = by_year[before], by_year[after]
            for name in filter(says_which, sorted(then.keys() ^ now.keys())):
                what = "new" if name in now else "not named again"
                place = now.get(name) or then.get(name)
                yield _change(organization, after, "mechanism", name, what, place=place)


def _figure_years(base: sqlite3.Connection) -> Iterator[Row]:
    def key(row: sqlite3.Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in (*_BASIS, "organization"))

    for basis, group in groupby(base.execute(QUANTITY_SQL), key=key):
        by_year: dict[int, list[sqlite3.Row]] = defaultdict(list)
        for row in group:
            if row["year"] is not None:
                by_year[row["year"]].append(row)
        for before, after in pairwise(sorted(by_year)):
            then, now = (_only(by_year[year]) for year in (before, after))
            if after != before + 1 or then is None or now is None or then["bound"] != now["bound"]:
                continue
            old, new = Decimal(then["value"]), Decimal(now["value"])
            what = "grown" if new > old else "fallen" if new < old else "the same"
            name = f"{basis[0]}（{now['unit'] or ''}{'/' + now['per'] if now['per'] else ''}）"
            place = f"{now['document']}:{now['line']}"
            yield _change(
                basis[-1], after, "figure", name, what, before=then["text"], now=now["text"], place=place
            )


def _only(rows: list[sqlite3.Row]) -> sqlite3.Row | None:
    """Return the one value that a year has; None if it has several, or none that is a number."""
    values = {(row["value"], row["bound"]) for row in rows}
    return rows[0] if len(values) == 1 and rows[0]["value"] is not None else None


def _change(
    organization: str, year: int, kind: str, name: str, what: str, *, before: str | None = None,
    now: str | None = None, place: str | None = None,
) -> Row:  # fmt: skip
    return {
        "organization": organization, "year": year, "kind": kind, "name": name, "change": what,
        "before": before, "now": now, "place": place,
    }  # fmt: skip


def plans(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield what an organisation planned in one year, and what of the next year's deeds is most like it.

    The year is that of the speech: a report tells of plans, and the report of the next year of what was done.
    Only plans of which the next year is in the archive; where nothing is alike enough, the deed is left out.
    """
    sql = (
        "SELECT o.organization, s.year, i.status, i.text, i.document, i.line FROM initiatives i "
        f"JOIN temp.organizations o ON {_whose('i')} "
        "JOIN speeches s ON s.document = i.document AND s.speech = i.speech WHERE s.year IS NOT NULL "
        "ORDER BY 1, 2, i.record"
    )
    for organization, rows in groupby(base.execute(sql), key=lambda row: row["organization"]):
        by_year = {year: list(of_year) for year, of_year in groupby(rows, key=lambda row: row["year"])}
        for year, told in by_year.items():
            planned = [row for row in told if row["status"] == "planned"]
            done = [row for row in by_year.get(year + 1, ()) if row["status"] != "planned"]
            if not planned or not done:
                continue
            known = [pairs(row["text"]) for row in done]
            index = by_pairs(known)
            for row in planned:
                yield _plan(organization, row, done, known, index)


def _plan(
    organization: str, row: sqlite3.Row, done: list[sqlite3.Row], known: list[frozenset[str]],
    index: dict[str, list[int]],
) -> Row:  # fmt: skip
    wanted = pairs(row["text"])
    rare = sorted(wanted, key=lambda pair: (len(index.get(pair, ())), pair))
    near = {number for pair in rare[:_RARE] for number in index.get(pair, ())}
    best = max(((alike(wanted, known[number]), -number) for number in near), default=(0.0, 0))
    found = done[-best[1]] if best[0] >= _SAME_DEED else None
    return {
        "organization": organization,
        "planned_in": row["year"],
        "planned": row["text"],
        "planned_place": f"{row['document']}:{row['line']}",
        "done": found["text"] if found else None,
        "done_place": f"{found['document']}:{found['line']}" if found else None,
        "status": found["status"] if found else None,
        "likeness": round(best[0], 2) if found else None,
    }
