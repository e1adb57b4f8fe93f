"""Tables as Parquet, for pandas, DuckDB, Spark and others (extra `[tables]`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp.errors import missing_extra
from zhengxie_nlp.outputs.tables.columns import TABLES, Row, columns_of
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, whole_path

#: Rows are written so many at a time.
_GROUP: Final = 20_000


def arrow_schema(table: str) -> Any:  # noqa: ANN401 - of a library without types
    """Return the Arrow schema of a table; each field has its Chinese name and meanings as metadata.

    Raises:
        SettingsError: ZX402, if pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise missing_extra("tables", "pyarrow") from error
    types = {"text": pa.string(), "decimal": pa.string(), "integer": pa.int64(), "real": pa.float64()}
    return pa.schema(
        [
            pa.field(
                column.name,
                types[column.kind],
                metadata={"zh": column.zh, "about_zh": column.about_zh, "about_en": column.about_en},
            )
            for column in columns_of(table)
        ]
    )


@contextmanager
def parquet_tables(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write a Parquet file a table into ``tables``, a group of rows at a time."""
    schemas = {table: arrow_schema(table) for table in TABLES}
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = make_folder(out / "tables")
    waiting: dict[str, list[Row]] = {table: [] for table in TABLES}
    with ExitStack() as stack:
        writers = {}
        for table, schema in schemas.items():
            path = stack.enter_context(whole_path(folder / f"{table}.parquet"))
            writers[table] = stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))

        def flush(table: str) -> None:
            if waiting[table]:
                writers[table].write_table(pa.Table.from_pylist(waiting[table], schema=schemas[table]))
                waiting[table] = []

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for table, row in rows:
                waiting[table].append(row)
                if len(waiting[table]) >= _GROUP:
                    flush(table)

        yield add
        for table in TABLES:
            flush(table)
