"""Spark rewrites the table as maintenance jobs do; the command line goes on as if nothing had happened."""

import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from hostile import login, write
from lake import DAY, DAY_ROWS, SAMPLES, Lake, Refused, Table, assert_same_rows, relative, rows_of
from test_spark_reads import load


@pytest.fixture(scope="module")
def exports(hostile_exports: list[Path]) -> list[Path]:
    """Small files of one day, names on the edges of statistics among them."""
    return hostile_exports[:8]


@pytest.fixture(scope="module")
def original(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("lakes") / "original")
    lake.ingest_each(*exports, SAMPLES / "audit-2026-03-01.csv")
    return lake


@pytest.fixture
def lake(original: Lake, tmp_path: Path) -> Lake:
    """A lake that the check may do with as it likes."""
    copy = Lake(tmp_path / "lake")
    shutil.copytree(original.path, copy.path)
    return copy


def optimize(spark: SparkSession, table: Table) -> None:
    metrics = spark.sql(f"OPTIMIZE delta.`{table.path}`").first()["metrics"]
    assert metrics["numFilesRemoved"] > metrics["numFilesAdded"] > 0


def checkpoint(spark: SparkSession, table: Table) -> None:
    log = spark._jvm.org.apache.spark.sql.delta.DeltaLog.forTable(spark._jsparkSession, str(table.path))
    log.checkpoint()


def vacuum(spark: SparkSession, table: Table) -> set[str]:
    """The files that a vacuum without any retention would delete."""
    rows = spark.sql(f"VACUUM delta.`{table.path}` RETAIN 0 HOURS DRY RUN").collect()
    return {relative(table, row["path"]) for row in rows}


def rows_streamed(spark: SparkSession, lake: Lake, folder: Path) -> int:
    """Goes on with a stream whose progress and rows are kept in the folder; the rows that it has seen so far."""
    sink = str(folder / "sink")
    stream = spark.readStream.format("delta").load(str(lake.events.path)).select("event_uid")
    query = stream.writeStream.format("parquet").option("checkpointLocation", str(folder / "progress"))
    query.trigger(availableNow=True).start(sink).awaitTermination()
    return spark.read.parquet(sink).count()


def assert_all_engines_agree(spark: SparkSession, table: Table) -> None:
    expected = table.rows()
    assert_same_rows(table, expected, rows_of(load(spark, table).toArrow()))
    assert_same_rows(table, expected, rows_of(DeltaTable(table.path).to_pyarrow_table()))
    assert DeltaTable(table.path).version() == table.version


def test_optimize_changes_files_and_no_row(spark: SparkSession, lake: Lake) -> None:
    before = lake.events
    rows = before.rows()
    optimize(spark, before)
    after = lake.events
    assert after.version == before.version + 1
    assert len(after.files) < len(before.files)
    assert (after.fields, after.configuration) == (before.fields, before.configuration)
    assert_same_rows(after, rows, after.rows())
    assert_all_engines_agree(spark, after)


def test_ingest_after_optimize_finds_duplicates_in_the_rewritten_files(
    spark: SparkSession, lake: Lake, exports: list[Path], tmp_path: Path
) -> None:
    rows = lake.events.rows()
    optimize(spark, lake.events)
    again = lake.ingest(*exports, into="again/")
    assert (again["committed"], again["duplicates"]) == (0, again["rows"])
    assert_same_rows(lake.events, rows, lake.events.rows())
    overlapping = write(tmp_path / "overlapping.csv", [
        login("2024-11-05T00:00:00.000001Z", "a" * 31 + "\U0001f600" + "tail", 0),
        login("2024-11-05T00:00:00.000002Z", "new", 1),
    ])
    totals = lake.ingest(overlapping)
    assert (totals["committed"], totals["duplicates"]) == (1, 1)
    assert_all_engines_agree(spark, lake.events)
    optimize(spark, lake.events)
    assert_all_engines_agree(spark, lake.events)


def test_ingest_goes_on_after_a_checkpoint(spark: SparkSession, lake: Lake, exports: list[Path]) -> None:
    optimize(spark, lake.events)
    checkpoint(spark, lake.events)
    table = lake.events
    assert (table.path / f"_delta_log/{table.version:020}.checkpoint.parquet").exists()
    commits = len(table.commits())
    assert commits == table.version + 1, "a checkpoint by Spark cleans up no commit"
    again = lake.ingest(*exports, DAY, into="again/")
    assert (again["committed"], again["duplicates"]) == (DAY_ROWS, again["rows"] - DAY_ROWS)
    assert_all_engines_agree(spark, lake.events)


def test_verification_is_content_with_what_spark_leaves_in_files_and_beside_the_log(spark: SparkSession, lake: Lake) -> None:
    table = lake.events
    spark.sql(f"ALTER TABLE delta.`{table.path}` SET TBLPROPERTIES (delta.checkpoint.writeStatsAsStruct = 'true')")
    optimize(spark, table)
    checkpoint(spark, table)
    log = table.path / "_delta_log"
    assert list(log.glob("*.crc")) and (log / "_last_checkpoint").exists()
    for arguments in ([], ["--deep"]):
        assert lake.command("verify", *arguments)["problems"] == []


def test_vacuum_would_delete_what_no_commit_names_and_nothing_else(spark: SparkSession, lake: Lake) -> None:
    assert vacuum(spark, lake.events) == set()
    assert vacuum(spark, lake.codes) == set()
    old = lake.events
    first = next(iter(old.files))
    orphan = f"{first.split('/')[0]}/part-00000-{'0' * 32}.snappy.parquet"
    shutil.copyfile(old.path / first, old.path / orphan)
    assert vacuum(spark, old) == {orphan}
    optimize(spark, old)
    replaced = old.files.keys() - lake.events.files.keys()
    assert vacuum(spark, old) == replaced | {orphan}


def test_changing_or_removing_data_is_refused(spark: SparkSession, lake: Lake) -> None:
    before = lake.events
    for change in ("DELETE FROM {}", "DELETE FROM {} WHERE code = 90211", "UPDATE {} SET message = ''"):
        with pytest.raises(PySparkException, match="DELTA_CANNOT_MODIFY_APPEND_ONLY"):
            spark.sql(change.format(f"delta.`{before.path}`"))
    with pytest.raises(PySparkException, match="DELTA_CANNOT_MODIFY_APPEND_ONLY"):
        load(spark, before).limit(1).write.format("delta").mode("overwrite").save(str(before.path))
    assert (lake.events.version, lake.events.files) == (before.version, before.files)


def test_a_stream_sees_every_row_once_across_optimize(spark: SparkSession, lake: Lake, tmp_path: Path) -> None:
    before = len(lake.events.rows())
    assert rows_streamed(spark, lake, tmp_path) == before
    optimize(spark, lake.events)
    assert rows_streamed(spark, lake, tmp_path) == before
    lake.ingest(DAY)
    assert rows_streamed(spark, lake, tmp_path) == before + DAY_ROWS
    assert spark.read.parquet(str(tmp_path / "sink")).distinct().count() == before + DAY_ROWS


def test_a_table_raised_beyond_what_we_write_is_refused_by_name_and_left_alone(spark: SparkSession, lake: Lake) -> None:
    path = lake.events.path
    spark.sql(f"ALTER TABLE delta.`{path}` ADD CONSTRAINT positive CHECK (code > 0)")
    before = sorted(path.rglob("*"))
    with pytest.raises(Refused, match="exit code 3\n(.|\n)*checkConstraints"):
        lake.ingest(DAY)
    assert sorted(path.rglob("*")) == before


def test_deletion_vectors_that_no_file_has_are_lived_with(spark: SparkSession, lake: Lake) -> None:
    table = f"delta.`{lake.events.path}`"
    before = len(lake.events.rows())
    spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES (delta.enableDeletionVectors = true)")
    assert lake.ingest(DAY)["committed"] == DAY_ROWS
    assert spark.sql(f"SELECT * FROM {table}").count() == len(lake.events.rows()) == before + DAY_ROWS


def test_changes_that_ask_nothing_new_of_a_writer_are_lived_with(spark: SparkSession, lake: Lake) -> None:
    for change in (
        "SET TBLPROPERTIES (delta.feature.appendOnly = 'supported')",
        "ADD COLUMN ticket STRING COMMENT 'of somebody else'",
        "ALTER COLUMN user_name COMMENT 'in other words'",
    ):
        spark.sql(f"ALTER TABLE delta.`{lake.events.path}` {change}")
    assert lake.ingest(DAY)["committed"] == DAY_ROWS
    assert "ticket" in lake.events.names
    assert_all_engines_agree(spark, lake.events)
