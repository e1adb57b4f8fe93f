"""Tables: a flat row a record, as CSV, Parquet, a workbook, SQLite, and for PostgreSQL and graphs."""
