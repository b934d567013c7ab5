"""delta-rs reads what the command line wrote: value for value, and through partitions and file statistics."""

import datetime
import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pad
import pytest
from deltalake import DeltaTable, QueryBuilder

from bounds import EVERY, bounds, ids_where
from hostile import BUSY_ROWS, NAMES, UNBOUNDED
from lake import ARROW_TYPES, Lake, Table, assert_same_rows, plain, relative, rows_of


@pytest.mark.parametrize("name", ["samples", "hostile", "zstandard", "ways"])
def test_every_value_equals_what_duckdb_reads(name: str, request: pytest.FixtureRequest) -> None:
    for table in request.getfixturevalue(name).tables:
        expected = table.rows()
        assert expected
        assert_same_rows(table, expected, rows_of(DeltaTable(table.path).to_pyarrow_table()))


def test_pages_of_a_busy_day_hold_the_same_values(busy: Lake) -> None:
    table = busy.events
    columns = [name for name in table.names if name not in ("event_time", "landed_at", "event_date")]
    found = DeltaTable(table.path).to_pyarrow_table()
    assert found.num_rows == BUSY_ROWS
    digest = ", ".join(f"coalesce({name}::VARCHAR, chr(1))" for name in columns)
    rows = busy.query(f"SELECT event_uid, epoch_us(event_time) AS time, md5(concat_ws(chr(2), {digest})) AS digest FROM audit_events_table")
    expected = {(row["event_uid"], int(row["time"]), row["digest"]) for row in rows}
    assert set(digests(found, columns)) == expected


def digests(table: pa.Table, columns: list[str]) -> list[tuple[str, int, str]]:
    texts = [pc.fill_null(table.column(name).cast(pa.string()), "\x01") for name in columns]
    joined = pc.binary_join_element_wise(*texts, "\x02").to_pylist()
    times = plain(table.column("event_time")).to_pylist()
    ids = table.column("event_uid").to_pylist()
    return [(uid, time, hashlib.md5(text.encode()).hexdigest()) for uid, time, text in zip(ids, times, joined, strict=True)]


@pytest.mark.parametrize("name", ["samples", "ways"])
def test_schema_version_files_and_properties_are_those_of_our_snapshot(name: str, request: pytest.FixtureRequest) -> None:
    for table in request.getfixturevalue(name).tables:
        seen = DeltaTable(table.path)
        assert seen.version() == table.version
        assert sorted(relative(table, uri) for uri in seen.file_uris()) == sorted(table.files)
        fields = seen.schema().fields
        assert [(field.name, field.type.type, field.nullable, field.metadata) for field in fields] == [
            (field["name"], field["type"], field["nullable"], field["metadata"]) for field in table.fields
        ]
        assert all(field.metadata["comment"] for field in fields)
        arrow = pa.schema(seen.schema())
        assert [pa.field(field).type for field in arrow] == [ARROW_TYPES[field["type"]] for field in table.fields]
        metadata, protocol = seen.metadata(), seen.protocol()
        assert (metadata.name, metadata.partition_columns) == (table.name, table.partition_columns)
        assert metadata.configuration == table.configuration
        assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)


def test_history_lists_every_commit_with_its_counts(samples: Lake) -> None:
    for table in samples.tables:
        history = DeltaTable(table.path).history()
        commits = list(reversed(table.commits()))
        assert [entry["version"] for entry in history] == list(range(table.version, -1, -1))
        for entry, commit in zip(history, commits, strict=True):
            info = commit[0]["commitInfo"]
            for name in ("timestamp", "operation", "userMetadata", "operationMetrics", "txnId", "sources"):
                assert entry.get(name) == info.get(name)


def test_time_travel_sees_what_was_committed_by_then(samples: Lake) -> None:
    table = samples.events
    rows = 0
    for version, commit in enumerate(table.commits()):
        rows += int(commit[0]["commitInfo"].get("operationMetrics", {}).get("numOutputRows", 0))
        assert DeltaTable(table.path, version=version).to_pyarrow_dataset().count_rows() == rows


def test_partition_filter_reads_that_day_alone(samples: Lake) -> None:
    table = samples.events
    expected = [row for row in table.rows() if row["event_date"] == "2026-03-02"]
    seen = DeltaTable(table.path)
    day = pc.field("event_date") == datetime.date(2026, 3, 2)
    assert_same_rows(table, expected, rows_of(seen.to_pyarrow_table(filters=day)))
    read = [relative(table, fragment.path) for fragment in seen.to_pyarrow_dataset().get_fragments(filter=day)]
    assert {file.split("/")[0] for file in read} == {"event_date=2026-03-02"}


def scalar(table: Table, column: str, value: Any) -> pa.Scalar:
    kind = next(field["type"] for field in table.fields if field["name"] == column)
    if kind == "timestamp":
        value = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=value)
    return pa.scalar(value, ARROW_TYPES[kind])


@pytest.mark.parametrize("name", ["samples", "hostile"])
def test_arrow_finds_the_rows_on_every_bound_and_skips_other_files(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).events
    rows = table.rows()
    dataset = DeltaTable(table.path).to_pyarrow_dataset()
    edges = [(column, value) for column, value in bounds(table, EVERY.get(name, 1)) if value != NAMES[UNBOUNDED]]
    read = 0
    for column, value in edges:
        wanted = pc.field(column) == scalar(table, column, value)
        found = dataset.to_table(filter=wanted, columns=["event_uid"]).column("event_uid").to_pylist()
        assert sorted(found) == ids_where(rows, column, value), (column, value)
        read += len(list(dataset.get_fragments(filter=wanted)))
    assert read < len(edges) * len(table.files)


@pytest.mark.xfail(strict=True, reason="to_pyarrow_dataset compares with a missing bound as with null, and skips the file")
def test_arrow_finds_a_row_whose_file_states_no_upper_bound(hostile: Lake) -> None:
    dataset = DeltaTable(hostile.events.path).to_pyarrow_dataset()
    assert dataset.to_table(filter=pc.field("actor_name") == NAMES[UNBOUNDED]).num_rows == 2


def sql_literal(table: Table, column: str, value: Any) -> str:
    if column in table.columns_of("timestamp"):
        return f"""arrow_cast({value}, 'Timestamp(Microsecond, Some("UTC"))')"""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@pytest.mark.parametrize("name", ["samples", "hostile"])
def test_datafusion_finds_the_rows_on_every_bound(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).events
    rows = table.rows()
    engine = QueryBuilder().register("t", DeltaTable(table.path))
    for column, value in bounds(table, EVERY.get(name, 1)):
        query = f"SELECT event_uid FROM t WHERE {column} = {sql_literal(table, column, value)}"
        found = pa.table(engine.execute(query).read_all()).column(0).to_pylist()
        assert sorted(found) == ids_where(rows, column, value), (column, value)


@pytest.mark.parametrize("name", ["samples", "hostile"])
def test_datafusion_counts_as_duckdb_does(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).events
    rows = table.rows()
    engine = QueryBuilder().register("t", DeltaTable(table.path))
    counts = pa.table(engine.execute(f"SELECT {', '.join(f'count({name}) AS {name}' for name in table.names)} FROM t").read_all())
    assert counts.to_pylist() == [{name: sum(row[name] is not None for row in rows) for name in table.names}]
    extremes = pa.table(engine.execute("SELECT min(code) AS least, max(code) AS most FROM t").read_all()).to_pylist()
    assert extremes == [{"least": min(row["code"] for row in rows), "most": max(row["code"] for row in rows)}]


def test_pyarrow_reads_the_folders_as_plain_parquet(samples: Lake) -> None:
    table = samples.events
    folders = pad.dataset(table.path, partitioning="hive", exclude_invalid_files=False)
    assert folders.count_rows() == len(table.rows())
