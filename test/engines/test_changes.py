"""What maintenance and changes make of the table reads the same in every engine, value for value."""

import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from hostile import dashboard, login, write
from lake import FIRST_VERSION, Lake, Row, Table, assert_same_rows
from test_spark_reads import load
from test_spark_writes import assert_all_engines_agree, checkpoint, optimize, rows_streamed

SUBJECT = "right.to.be.forgotten@corp.example"


@pytest.fixture(scope="module")
def original(hostile_exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Several small files a day, names on the edges of statistics, and the rows of one person among them."""
    exports = tmp_path_factory.mktemp("exports")
    person = write(exports / "person.csv", [
        login("2024-11-05T02:00:00Z", SUBJECT, 90),
        dashboard("2024-11-04T09:00:00Z", "of " + SUBJECT, 91),
        login("2024-11-04T10:00:00.000001Z", "somebody else", 92),
    ])
    lake = Lake(tmp_path_factory.mktemp("lakes") / "original")
    lake.ingest_each(*hostile_exports, person)
    return lake


@pytest.fixture
def lake(original: Lake, tmp_path: Path) -> Lake:
    """A lake that the check may do with as it likes."""
    return copy_of(original.path, tmp_path / "lake")


@pytest.fixture
def old_lake(tmp_path: Path) -> Lake:
    """A lake that the first version of this program wrote."""
    return copy_of(FIRST_VERSION, tmp_path / "old")


def copy_of(path: Path, target: Path) -> Lake:
    shutil.copytree(path, target)
    return Lake(target)


def forget_commits(table: Table) -> None:
    """Leaves nothing of the log before its checkpoint, so that whoever reads the table has read that."""
    *older, newest = sorted(table.path.glob("_delta_log/" + "[0-9]" * 20 + ".json"))
    assert newest.with_suffix(".checkpoint.parquet").exists()
    for commit in older:
        commit.unlink()


def assert_proved(lake: Lake, *arguments: str) -> None:
    assert lake.command("verify", *arguments)["problems"] == []


def ids(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_compaction_changes_files_and_no_row(spark: SparkSession, lake: Lake) -> None:
    before = lake.events
    rows = before.rows()
    assert lake.command("compact")["outcome"] == "compacted"
    after = lake.events
    assert len(after.files) < len(before.files)
    assert_same_rows(after, rows, after.rows())
    assert_all_engines_agree(spark, after)
    assert_proved(lake)


def test_a_stream_sees_no_row_again_after_compaction(spark: SparkSession, lake: Lake, tmp_path: Path) -> None:
    before = len(lake.events.rows())
    assert rows_streamed(spark, lake, tmp_path) == before
    lake.command("compact")
    assert rows_streamed(spark, lake, tmp_path) == before


def test_a_day_that_was_compacted_by_both_goes_on(
    spark: SparkSession, lake: Lake, hostile_exports: list[Path], tmp_path: Path
) -> None:
    rows = lake.events.rows()
    lake.command("compact", "--before", "2024-11-05")
    optimize(spark, lake.events)
    lake.ingest_each(
        write(tmp_path / "a.csv", [login("2024-11-05T02:00:00.5Z", "late", 1)]),
        write(tmp_path / "b.csv", [login("2024-11-05T02:00:00.5Z", "later", 2)]),
    )
    lake.command("compact")
    again = lake.ingest(*hostile_exports, into="again/")
    assert (again["committed"], again["duplicates"]) == (0, again["rows"])
    assert len(lake.events.rows()) == len(rows) + 2
    assert_all_engines_agree(spark, lake.events)
    assert_proved(lake)


def test_replay_puts_equal_rows_in_place(spark: SparkSession, lake: Lake) -> None:
    before = lake.events
    rows = before.rows()
    replay = lake.command("replay")
    assert (replay["rows_before"], replay["rows_after"]) == (len(rows), len(rows))
    after = lake.events
    assert after.files.keys().isdisjoint(before.files.keys())
    assert_same_rows(after, rows, after.rows())
    assert_all_engines_agree(spark, after)
    assert_proved(lake, "--deep")


def test_replay_of_one_day_leaves_the_others(spark: SparkSession, lake: Lake) -> None:
    before = lake.events
    rows = before.rows()
    lake.command("replay", "--from", "2024-11-05", "--to", "2024-11-05")
    after = lake.events
    kept = before.files.keys() & after.files.keys()
    assert {file for file in before.files if not file.startswith("event_date=2024-11-05/")} == kept
    assert_same_rows(after, rows, after.rows())
    assert_all_engines_agree(spark, after)


def test_what_was_erased_is_gone_in_every_engine(spark: SparkSession, lake: Lake, tmp_path: Path) -> None:
    rows = lake.events.rows()
    gone = {row["event_uid"] for row in rows if SUBJECT in (row["actor_name"], row["user_name"])}
    assert lake.command("erase", "--user", SUBJECT, "--reason", "as asked for", "--yes")["rows"] == len(gone) == 1
    after = lake.events
    assert ids(after.rows()) == ids(rows) - gone
    assert_all_engines_agree(spark, after)
    again = write(tmp_path / "again.csv", [login("2024-11-05T02:00:00Z", SUBJECT, 90)])
    assert lake.ingest(again)["committed"] == 0
    lake.command("replay")
    assert ids(lake.events.rows()) == ids(rows) - gone
    assert_all_engines_agree(spark, lake.events)
    assert_proved(lake)


def test_what_was_not_retained_is_gone_in_every_engine(spark: SparkSession, lake: Lake) -> None:
    rows = lake.events.rows()
    lake.command("retain", "--older-than", "2024-11-05", "--reason", "as the policy says", "--yes")
    kept = [row for row in rows if row["event_date"] >= "2024-11-05"]
    assert 0 < len(kept) < len(rows)
    assert_same_rows(lake.events, kept, lake.events.rows())
    assert_all_engines_agree(spark, lake.events)
    assert_proved(lake)


def test_spark_sees_the_bracket_of_a_change_and_a_locked_table_after_it(spark: SparkSession, lake: Lake) -> None:
    version = lake.events.version
    lake.command("retain", "--older-than", "2024-11-05", "--reason", "as the policy says", "--yes")
    history = spark.sql(f"DESCRIBE HISTORY delta.`{lake.events.path}`").collect()
    operations = [entry["operation"] for entry in history if entry["version"] > version]
    assert operations == ["SET TBLPROPERTIES", "DELETE", "SET TBLPROPERTIES"]
    properties = spark.sql(f"DESCRIBE DETAIL delta.`{lake.events.path}`").first()["properties"]
    assert properties["delta.appendOnly"] == "true"


def test_our_checkpoint_alone_is_the_whole_table(spark: SparkSession, lake: Lake) -> None:
    lake.command("compact")
    lake.command("retain", "--older-than", "2024-11-04", "--reason", "as the policy says", "--yes")
    tables = (lake.events, lake.codes)
    rows = [table.rows() for table in tables]
    lake.checkpoint()
    for table, expected in zip(tables, rows, strict=True):
        forget_commits(table)
        assert_same_rows(table, expected, table.rows())
        assert_all_engines_agree(spark, table)


def test_spark_goes_on_from_our_checkpoint_and_we_from_its(spark: SparkSession, lake: Lake, tmp_path: Path) -> None:
    lake.checkpoint()
    rows = lake.events.rows()
    optimize(spark, lake.events)
    checkpoint(spark, lake.events)
    late = write(tmp_path / "late.csv", [login("2024-11-05T02:00:00Z", SUBJECT, 90), login("2024-11-05T02:00:01Z", "late", 1)])
    totals = lake.ingest(late)
    assert (totals["committed"], totals["duplicates"]) == (1, 1)
    assert len(lake.events.rows()) == len(rows) + 1
    assert_all_engines_agree(spark, lake.events)
    assert_proved(lake)
    assert_proved(lake, "--deep")


def test_a_table_of_the_first_version_goes_on(spark: SparkSession, old_lake: Lake, tmp_path: Path) -> None:
    rows = old_lake.events.rows()
    assert_all_engines_agree(spark, old_lake.events)
    again = FIRST_VERSION / "raw" / "day-1.csv"
    new = write(tmp_path / "new.csv", [login("2026-03-01T00:30:00Z", "new", 1), login("2026-03-09T00:00:00Z", "new", 2)])
    totals = old_lake.ingest(again, new, into="now/")
    assert (totals["committed"], totals["duplicates"]) == (2, 39)
    after = old_lake.events.rows()
    kept = [row for row in after if row["event_uid"] in ids(rows)]
    # Its first ingestion by a later version adds the columns that it lacks.
    added = dict.fromkeys(old_lake.events.names[len(rows[0]) :])
    assert_same_rows(old_lake.events, [row | added for row in rows], kept)
    assert len(after) == len(rows) + 2
    for change in (["compact"], ["replay"]):
        old_lake.command(*change)
        assert ids(old_lake.events.rows()) == ids(after)
        assert_all_engines_agree(spark, old_lake.events)
    assert_proved(old_lake)


# A column from the middle, and all that come after another: an earlier version had fewer of them.
LATER_COLUMNS = ["text_flags", "ai_mode", "custom_field_name"]


def test_columns_that_a_table_lacks_are_added_and_null_in_old_rows(spark: SparkSession, lake: Lake, tmp_path: Path) -> None:
    grown = Lake(tmp_path / "grown")
    old = lake.events
    smaller = load(spark, old).drop(*LATER_COLUMNS)
    for name in [field["name"] for field in old.fields if not field["nullable"] and field["name"] != "event_date"]:
        smaller = smaller.where(f"{name} IS NOT NULL")
    writer = smaller.write.format("delta").partitionBy("event_date").option("delta.appendOnly", "true")
    writer.save(str(grown.path / "curated" / "audit_events"))
    made = spark.sql(f"DESCRIBE DETAIL delta.`{grown.path / 'curated' / 'audit_events'}`").first()
    assert made["properties"]["delta.appendOnly"] == "true"
    flagged = write(tmp_path / "flagged.csv", [
        login("2024-11-05T02:00:00Z", SUBJECT, 90),
        login("2024-11-05T02:00:00Z", "\u202ehidden", 1),
    ])
    totals = grown.ingest(flagged)
    assert (totals["committed"], totals["duplicates"]) == (1, 1)
    table = grown.events
    assert [field["name"] for field in table.fields][-len(LATER_COLUMNS) :] == [name for name in old.names if name in LATER_COLUMNS]
    by_id = {row["event_uid"]: row for row in old.rows()}
    new = [row for row in table.rows() if row["event_uid"] not in by_id]
    assert [row["text_flags"] for row in new] == ["bidi"]
    expected = [row | dict.fromkeys(LATER_COLUMNS) for row in by_id.values()]
    kept = [row for row in table.rows() if row["event_uid"] in by_id]
    assert_same_rows(table, expected, kept)
    assert_all_engines_agree(spark, table)
