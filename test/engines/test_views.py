"""Spark runs the views of infra/databricks as they are shipped, and DuckDB those of the command line: both say the same."""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from hostile import login, write
from lake import SAMPLES, Lake, Refused, Row, rows_of
from scripts import comments, script, statements

SCHEMA = "audit_views"
# Every view, and the schema that it is in.
VIEWS = dict.fromkeys(["audit_events", "audit_event_items", "audit_codes", "audit_events_ocsf", "audit_coverage"], SCHEMA) | dict.fromkeys(
    ["quarantine_rows", "quarantine_files"], f"{SCHEMA}_quarantine"
)
SPARK_TYPES = {
    "VARCHAR": "string",
    "VARCHAR[]": "array<string>",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "DATE": "date",
}
# Items that a list holds in quotes, and that JSON, SQL or a shell could take for something else.
ITEMS = ["", "null", "1", "a\\", "\\u0041", "O'Brien", "a, b", "\u2028", "\U0001f600", "\ufeff", "\u202e", "\x00", "\x1f", "{}"]
ACCOUNT = "abfss://{zone}@lakeaccount.dfs.core.windows.net"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, hostile_exports: list[Path], ways: Lake) -> Lake:
    """Old data files and all four ways, samples, hostile names and lists, bad records and rejected files, in one lake."""
    folder = tmp_path_factory.mktemp("exports")
    lists = [
        ("2026-03-05T23:59:59.999999Z", 91012, f'Created user, id=u-{at}, name=Li, roles_granted=["{item}", "{item}"]', item)
        for at, item in enumerate(ITEMS)
    ]
    bad = [("yesterday", 91051, 'Nul \x00, "quotes", \\ and \u2028', "li"), login("2026-03-05T00:00:00Z", "li", 1)]
    lake = Lake(shutil.copytree(ways.path, tmp_path_factory.mktemp("lakes") / "viewed"))
    lake.ingest(SAMPLES, *hostile_exports, write(folder / "lists.csv", lists), write(folder / "bad.csv", bad))
    for name, content in {"rejected.csv": b"a,b\n1,\x00\n", "cut off.csv.gz": gzip.compress(b"time,code,message\n" * 99)[:30]}.items():
        (folder / name).write_bytes(content)
        with pytest.raises(Refused, match="exit code 1"):
            lake.ingest(folder / name)
    return lake


@pytest.fixture(scope="module")
def installed(spark: SparkSession, lake: Lake) -> Iterator[None]:
    """The shipped scripts, run one after the other."""
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    for file in ("02-tables.sql", "03-views.sql", "04-quarantine.sql", "06-coverage.sql"):
        text = script(f"databricks/{file}", catalog="spark_catalog", schema=SCHEMA, lake_account="lakeaccount")
        for zone in ("curated", "quarantine"):
            text = text.replace(ACCOUNT.format(zone=zone), (lake.path / zone).as_uri())
        assert "{" not in text and "abfss" not in text
        for statement in statements(text):
            spark.sql(statement)
    spark.sql(f"USE spark_catalog.{SCHEMA}")
    yield
    spark.sql("USE spark_catalog.default")
    for schema in set(VIEWS.values()):
        spark.sql(f"DROP SCHEMA spark_catalog.{schema} CASCADE")
    spark.conf.set("spark.sql.session.timeZone", "UTC")


@pytest.fixture(scope="module")
def columns(lake: Lake) -> dict[str, dict[str, str]]:
    """Of every view in DuckDB: its columns and their types."""
    described = lake.ask({view: f"DESCRIBE {view}" for view in VIEWS})
    return {view: {row["column_name"]: row["column_type"] for row in rows} for view, rows in described.items()}


@pytest.fixture(scope="module")
def rows(lake: Lake, columns: dict[str, dict[str, str]]) -> dict[str, list[Row]]:
    """Of every view in DuckDB: its rows in the form of `rows_of`, instants in microseconds and dates as text."""
    return lake.ask({view: f"SELECT {', '.join(map(value, kinds, kinds.values()))} FROM {view}" for view, kinds in columns.items()})


def value(name: str, kind: str) -> str:
    if "TIME ZONE" in kind:
        return f"epoch_us({name}) AS {name}"
    return f"{name}::VARCHAR AS {name}" if kind == "DATE" else name


def assert_same(expected: list[Row], found: list[Row]) -> None:
    """Equal as bags of rows."""
    bags = [Counter(json.dumps(row, sort_keys=True, default=str) for row in rows) for rows in (expected, found)]
    assert (bags[0] - bags[1], bags[1] - bags[0]) == (Counter(), Counter())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_in_spark_what_it_says_in_duckdb(
    spark: SparkSession, columns: dict[str, dict[str, str]], rows: dict[str, list[Row]], view: str
) -> None:
    frame = spark.table(f"{VIEWS[view]}.{view}")
    assert len(rows[view]) > 1
    types = {name: SPARK_TYPES[kind] for name, kind in columns[view].items()}
    assert {field.name: field.dataType.simpleString() for field in frame.schema.fields} == types
    assert_same(rows[view], rows_of(frame.toArrow()))


@pytest.mark.usefixtures("installed")
def test_every_column_has_its_comment(spark: SparkSession) -> None:
    for view, schema in VIEWS.items():
        for field in spark.table(f"{schema}.{view}").schema.fields:
            assert field.metadata["comment"].endswith("."), (view, field.name)
    assert "the export's own column" in spark.table("audit_events").schema["actor_name"].metadata["comment"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("view", ["audit_events", "audit_event_items", "audit_events_ocsf"])
def test_a_day_is_read_from_its_own_files(spark: SparkSession, view: str) -> None:
    day = spark.sql(f"SELECT * FROM {view} WHERE event_date = DATE '2026-03-05'")
    assert {Path(file).parent.name for file in day.inputFiles()} - {"audit_codes"} == {"event_date=2026-03-05"}


@pytest.mark.usefixtures("installed")
def test_items_of_one_list_are_read_from_one_scan(spark: SparkSession) -> None:
    plan = spark.sql("SELECT item FROM audit_event_items WHERE list_name = 'roles_granted'")._jdf.queryExecution().executedPlan()
    assert plan.toString().count("FileScan") == 1


@pytest.mark.usefixtures("installed")
def test_what_is_said_of_maintenance_holds(spark: SparkSession, lake: Lake) -> None:
    text = script("databricks/05-maintenance.sql", catalog="spark_catalog", schema=SCHEMA)
    properties, detail, history = (spark.sql(statement).collect() for statement in statements(text)[2:])
    assert {row["key"]: row["value"] for row in properties}.items() >= lake.events.configuration.items()
    said = comments("databricks/05-maintenance.sql")
    for name in ("appendOnly true", "enableExpiredLogCleanup false", "enableDeletionVectors false", "parquet.compression.codec snappy"):
        key, value = f"delta.{name}".split(" ")
        assert f"delta.{name}" in said
        assert lake.events.configuration[key] == value
    assert (detail[0]["minReaderVersion"], detail[0]["minWriterVersion"]) == (1, 2)
    assert {row["engineInfo"] for row in history} == {"nexthink-audit-lake"}
