"""Values on the edge of what file statistics say: where a reader that skips files loses rows first."""

from typing import Any

from lake import Row, Table


# The samples have a file for each of many days that are all alike: some of them tell as much.
EVERY = {"samples": 15}


def bounds(table: Table, every: int = 1) -> list[tuple[str, Any]]:
    """The least and the greatest value of every column with statistics, for every data file, or every n-th."""
    found = set()
    for file in sorted(table.files)[::every]:
        for column in table.statistics_columns:
            values = table.values(file, column)
            if values:
                found |= {(column, min(values, key=utf8)), (column, max(values, key=utf8))}
    return sorted(found, key=repr)


def utf8(value: Any) -> Any:
    """The order of Parquet and Delta: strings by their bytes."""
    return value.encode() if isinstance(value, str) else value


def ids_where(rows: list[Row], column: str, value: Any) -> list[str]:
    return sorted(row["event_uid"] for row in rows if row[column] == value)
