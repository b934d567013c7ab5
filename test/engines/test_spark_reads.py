"""Spark with Delta reads what the command line wrote: value for value, and through partitions and file statistics."""

import datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bounds import EVERY, bounds, ids_where
from hostile import BUSY_ROWS
from lake import TYPES, Lake, Table, assert_same_rows, relative, rows_of

# In New York the hostile instants fall on local times that occur twice, or beside ones that never occur.
NEW_YORK = "America/New_York"


@pytest.fixture
def zone(spark: SparkSession, request: pytest.FixtureRequest):
    spark.conf.set("spark.sql.session.timeZone", request.param)
    yield request.param
    spark.conf.set("spark.sql.session.timeZone", "UTC")


def load(spark: SparkSession, table: Table) -> DataFrame:
    return spark.read.format("delta").load(str(table.path))


@pytest.mark.parametrize(
    "name, vectorised", [("samples", "true"), ("samples", "false"), ("hostile", "true"), ("hostile", "false"), ("zstandard", "true"), ("ways", "true"), ("ways", "false")]
)
def test_every_value_equals_what_duckdb_reads(spark: SparkSession, name: str, vectorised: str, request: pytest.FixtureRequest) -> None:
    lake = request.getfixturevalue(name)
    spark.conf.set("spark.sql.parquet.enableVectorizedReader", vectorised)
    try:
        for table in lake.tables:
            expected = table.rows()
            assert expected
            assert_same_rows(table, expected, rows_of(load(spark, table).toArrow()))
    finally:
        spark.conf.unset("spark.sql.parquet.enableVectorizedReader")


@pytest.mark.parametrize("vectorised", ["true", "false"])
def test_pages_of_a_busy_day_hold_the_same_values(spark: SparkSession, busy: Lake, vectorised: str) -> None:
    spark.conf.set("spark.sql.parquet.enableVectorizedReader", vectorised)
    try:
        found = load(spark, busy.events).selectExpr(*(f"{text} AS {name}" for name, text in digest(busy.events, "unix_micros", "STRING")))
        rows = {tuple(row) for row in found.collect()}
    finally:
        spark.conf.unset("spark.sql.parquet.enableVectorizedReader")
    wanted = ", ".join(f"{text} AS {name}" for name, text in digest(busy.events, "epoch_us", "VARCHAR"))
    expected = {tuple(row.values()) for row in busy.query(f"SELECT {wanted} FROM audit_events_table")}
    assert len(expected) == BUSY_ROWS
    assert rows == expected


def digest(table: Table, micros: str, text: str) -> list[tuple[str, str]]:
    """The id of a row, and a hash over all its columns, in SQL that means the same in both engines."""
    instants = table.columns_of("timestamp")
    cells = [f"CAST({micros}({name}) AS {text})" if name in instants else f"CAST({name} AS {text})" for name in table.names]
    joined = ", ".join(f"coalesce({cell}, chr(1))" for cell in cells)
    return [("id", "event_uid"), ("digest", f"md5(concat_ws(chr(2), {joined}))")]


@pytest.mark.parametrize("name", ["samples", "ways"])
def test_schema_is_that_of_the_log_with_nullability_and_comments(spark: SparkSession, name: str, request: pytest.FixtureRequest) -> None:
    for table in request.getfixturevalue(name).tables:
        fields = load(spark, table).schema.fields
        assert [(field.name, field.dataType.simpleString(), field.nullable, field.metadata) for field in fields] == [
            (field["name"], TYPES[field["type"]], field["nullable"], field["metadata"]) for field in table.fields
        ]
        described = spark.sql(f"DESCRIBE TABLE delta.`{table.path}`").collect()
        comments = {row["col_name"]: row["comment"] for row in described if row["comment"]}
        assert {field["name"]: field["metadata"]["comment"] for field in table.fields}.items() <= comments.items()


def test_detail_is_that_of_our_snapshot(spark: SparkSession, samples: Lake) -> None:
    for table in samples.tables:
        detail = spark.sql(f"DESCRIBE DETAIL delta.`{table.path}`").first()
        assert (detail["name"], detail["partitionColumns"]) == (table.name, table.partition_columns)
        assert (detail["minReaderVersion"], detail["minWriterVersion"]) == (1, 2)
        assert detail["properties"] == table.configuration
        assert detail["numFiles"] == len(table.files)
        assert detail["sizeInBytes"] == sum((table.path / file).stat().st_size for file in table.files)
        files = load(spark, table).inputFiles()
        assert sorted(relative(table, file) for file in files) == sorted(table.files)


def test_history_lists_every_commit_with_its_counts(spark: SparkSession, samples: Lake) -> None:
    for table in samples.tables:
        history = spark.sql(f"DESCRIBE HISTORY delta.`{table.path}`").collect()
        commits = list(reversed(table.commits()))
        assert [entry["version"] for entry in history] == list(range(table.version, -1, -1))
        for entry, commit in zip(history, commits, strict=True):
            info = commit[0]["commitInfo"]
            for name in ("operation", "operationParameters", "operationMetrics", "readVersion", "userMetadata", "engineInfo"):
                assert entry[name] == info.get(name)


def test_time_travel_sees_what_was_committed_by_then(spark: SparkSession, samples: Lake) -> None:
    table = samples.events
    first = int(table.commits()[1][0]["commitInfo"]["operationMetrics"]["numOutputRows"])
    assert spark.sql(f"SELECT count(*) FROM delta.`{table.path}` VERSION AS OF 1").first()[0] == first


@pytest.mark.parametrize("zone", [NEW_YORK], indirect=True)
def test_dates_and_instants_do_not_move_with_the_session_zone(spark: SparkSession, hostile: Lake, zone: str) -> None:
    table = hostile.events
    expected = table.rows()
    assert_same_rows(table, expected, rows_of(load(spark, table).toArrow()))
    for day in sorted({row["event_date"] for row in expected}):
        seen = load(spark, table).where(F.col("event_date") == datetime.date.fromisoformat(day))
        assert seen.count() == sum(row["event_date"] == day for row in expected)
        assert {relative(table, file).split("/")[0] for file in seen.inputFiles()} == {f"event_date={day}"}


def literal(table: Table, column: str, value: Any) -> Any:
    return F.expr(f"timestamp_micros({value})") if column in table.columns_of("timestamp") else F.lit(value)


@pytest.mark.parametrize("name, zone", [("samples", "UTC"), ("hostile", NEW_YORK)], indirect=["zone"])
def test_skipping_files_loses_no_row_on_a_bound(spark: SparkSession, name: str, zone: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).events
    rows = table.rows()
    frame = load(spark, table).select("event_uid", "event_time", "actor_name", "source_file")
    edges = [(column, value) for column, value in bounds(table, EVERY.get(name, 1)) if column in frame.columns]
    read = 0
    for column, value in edges:
        seen = frame.where(F.col(column) == literal(table, column, value)).select("event_uid")
        assert sorted(row[0] for row in seen.collect()) == ids_where(rows, column, value), (column, value)
        if column == "event_time":
            read += len(seen.inputFiles())
    assert read < sum(column == "event_time" for column, _ in edges) * len(table.files)


@pytest.mark.parametrize("name", ["samples", "hostile"])
def test_counts_and_extremes_from_statistics_are_exact(spark: SparkSession, name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).events
    rows = table.rows()
    query = f"""SELECT count(*), min(code), max(code), unix_micros(min(event_time)), unix_micros(max(event_time)),
                       min(event_date)::STRING, max(event_date)::STRING FROM delta.`{table.path}`"""
    codes, times, dates = ([row[name] for row in rows] for name in ("code", "event_time", "event_date"))
    expected = (len(rows), min(codes), max(codes), min(times), max(times), min(dates), max(dates))
    assert tuple(spark.sql(query).first()) == expected
