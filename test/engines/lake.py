"""Lakes as the command line makes them, and what it says they hold."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

REPOSITORY = Path(__file__).resolve().parents[2]
# The Node that npm scripts run on.
NODE = REPOSITORY / "node_modules" / ".bin" / "node"
SAMPLES = REPOSITORY / "samples" / "exports"
# The samples' last day alone, and how many records it has: one a line, below the header.
DAY = SAMPLES / "audit-2026-03-02.csv.gz"
DAY_ROWS = len(gzip.decompress(DAY.read_bytes()).splitlines()) - 1
# A lake as the first version left it.
FIRST_VERSION = REPOSITORY / "test" / "fixtures" / "tables" / "first-version"

# The types of schemaString, and how Spark, Arrow and SQL name them.
TYPES = {"string": "string", "integer": "int", "long": "bigint", "timestamp": "timestamp", "date": "date"}
ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "timestamp": pa.timestamp("us", "UTC"),
    "date": pa.date32(),
}

# The columns that name a row of each table.
KEYS = {"audit_events": ("event_uid",), "audit_codes": ("source_system", "code"), "audit_coverage": ("instance", "hour_start", "code")}

Row = dict[str, Any]


class Refused(Exception):
    """The command line ended with an exit code other than 0; the text is what it said."""


class Table:
    """One table of a lake at the version that was the newest when it was asked for."""

    def __init__(self, lake: "Lake", name: str, seen: dict[str, Any]) -> None:
        self.lake = lake
        self.name = name
        self.path = lake.path / "curated" / name
        self.version: int = seen["version"]
        self.configuration: dict[str, str] = seen["metadata"]["configuration"]
        self.partition_columns: list[str] = seen["metadata"]["partitionColumns"]
        self.fields: list[dict[str, Any]] = json.loads(seen["metadata"]["schemaString"])["fields"]
        self.files: dict[str, dict[str, Any]] = seen["files"]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return KEYS[self.name]

    @property
    def names(self) -> list[str]:
        return [field["name"] for field in self.fields]

    def columns_of(self, kind: str) -> list[str]:
        return [field["name"] for field in self.fields if field["type"] == kind]

    @property
    def statistics_columns(self) -> list[str]:
        return self.configuration["delta.dataSkippingStatsColumns"].split(",")

    def rows(self) -> list[Row]:
        """Every row as DuckDB reads it over the active files: instants in microseconds since 1970, dates as text."""
        replaced = [f"epoch_us({name}) AS {name}" for name in self.columns_of("timestamp")]
        replaced += [f"{name}::VARCHAR AS {name}" for name in self.columns_of("date")]
        replace = f" REPLACE ({', '.join(replaced)})" if replaced else ""
        rows = self.lake.query(f"SELECT *{replace} FROM {self.name}_table")
        wide = self.columns_of("timestamp") + self.columns_of("long")
        return [row | {name: None if row[name] is None else int(row[name]) for name in wide} for row in rows]

    def values(self, file: str, column: str) -> list[Any]:
        """The values of a column that stand in one data file, nulls left out; instants in microseconds."""
        values = pq.ParquetFile(self.path / file).read([column]).column(column)
        return plain(values).drop_null().to_pylist()

    def commits(self) -> list[list[dict[str, Any]]]:
        """The actions of every commit, read from the log's JSON and nothing else."""
        logs = sorted(self.path.glob("_delta_log/" + "[0-9]" * 20 + ".json"))
        return [[json.loads(line) for line in log.read_text().splitlines()] for log in logs]


# The exports of a test are of no one writer: some write their times to the second, some finer.
OF_ANY_WRITER = ["--change-identity"]


class Lake:
    """A lake on this machine, driven through the command line only."""

    def __init__(self, path: Path, *settings: str) -> None:
        self.path = path
        self._settings = settings

    def ingest(self, *files: Path, into: str = "") -> dict[str, Any]:
        """Takes export files in; returns the totals. Raises Refused."""
        prefix = ["--into", into] if into else []
        command = ["ingest", *map(str, files), *prefix, *self._settings, *OF_ANY_WRITER, "--json"]
        return json.loads(self._run(*command))["totals"]

    def ingest_each(self, *files: Path) -> dict[str, int]:
        """Takes each file in by a run of its own, so by a commit of its own; returns the totals. Raises Refused."""
        done = run("test/engines/one-by-one.ts", *map(str, files), "--", *self._settings, *OF_ANY_WRITER, "--lake", str(self.path), "--json")
        totals = [json.loads(line)["totals"] for line in done.splitlines()]
        return {name: sum(each[name] for each in totals) for name in ("rows", "committed", "duplicates", "quarantined")}

    def command(self, name: str, *arguments: str) -> dict[str, Any]:
        """What a command that maintains or checks the lake says as JSON. Raises Refused."""
        return json.loads(self._run(name, *arguments, "--json"))

    def found(self, name: str, *arguments: str) -> dict[str, Any]:
        """What a command says as JSON that ends with exit code 1, since it found something. Raises Refused."""
        return json.loads(run("bin/audit-lake.js", name, *arguments, "--json", "--lake", str(self.path), code=1))

    def checkpoint(self) -> None:
        """Has the checkpoints of all tables written that a hundredth commit would bring."""
        run("test/engines/checkpoint.ts", str(self.path))

    def query(self, sql: str) -> list[Row]:
        return json.loads(self._run("query", sql, "--json"))

    def ask(self, statements: dict[str, str]) -> dict[str, list[Row]]:
        """What each statement gives over the views, as `query` would say, in one run for all of them."""
        asked = self.path.with_suffix(".asked.json")
        asked.write_text(json.dumps(statements), encoding="utf-8")
        return json.loads(run("test/engines/queries.ts", str(self.path), str(asked)))

    @property
    def events(self) -> Table:
        return self._table("events", "audit_events")

    @property
    def codes(self) -> Table:
        return self._table("codes", "audit_codes")

    @property
    def coverage(self) -> Table:
        """Only where counts were compared."""
        return self._table("coverage", "audit_coverage")

    @property
    def tables(self) -> list[Table]:
        """All that are there."""
        there = (self.path / "curated" / "audit_coverage").exists()
        return [self.events, self.codes, *([self.coverage] if there else [])]

    def _table(self, key: str, name: str) -> Table:
        seen = run("test/engines/snapshot.ts", str(self.path))
        return Table(self, name, json.loads(seen)[key])

    def _run(self, *arguments: str) -> str:
        return run("bin/audit-lake.js", *arguments, "--lake", str(self.path))


def run(script: str, *arguments: str, code: int = 0) -> str:
    command = [str(NODE), script, *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != code:
        raise Refused(f"{' '.join(command)}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def rows_of(table: pa.Table) -> list[Row]:
    """An engine's answer in the form of `Table.rows`."""
    return pa.table([plain(column) for column in table.columns], names=table.column_names).to_pylist()


def plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants as microseconds since 1970, dates as text."""
    if pa.types.is_timestamp(values.type):
        return values.cast(pa.timestamp("us", values.type.tz)).cast(pa.int64())
    if pa.types.is_date(values.type):
        return values.cast(pa.string())
    return values


def relative(table: Table, location: str) -> str:
    """The path within a table of a file that an engine names by URI, by absolute path, or so already."""
    path = unquote(location.removeprefix("file://")).removeprefix("file:")
    return str(Path(path).relative_to(table.path)) if path.startswith("/") else path


def assert_same_rows(table: Table, expected: list[Row], found: list[Row]) -> None:
    """Equal as sets of rows; says which row and column differ first."""
    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in table.key)

    by_key = {key(row): row for row in found}
    assert len(by_key) == len(found), f"{len(found) - len(by_key)} rows came more than once"
    assert by_key.keys() == set(map(key, expected))
    for row in expected:
        other = by_key[key(row)]
        assert other.keys() == row.keys()
        for name, value in row.items():
            assert other[name] == value, f"{key(row)}, column {name}"
