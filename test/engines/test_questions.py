"""Every question gives the same rows, in the same order, in the three dialects that it is shipped in."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlglot
from pyspark.sql import SparkSession
from pyspark.sql.types import TimestampType
from sqlglot import exp

from lake import Lake, rows_of, run
from scripts import files, rendered, script, statements, without_comments

NAMES = [Path(path).name for path in files("queries/*.sql")]
# What the question about one object is asked about.
OBJECT = ("'the-id-of-the-object'", "'ra-77'")
# How the texts name today.
MACRO = r"\{\{days_ago\((\d+)\)\}\}"
SPARK_TODAY = "TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE()))"
TSQL_NOW = "SYSUTCDATETIME()"


class Planted:
    """The lake with planted findings, and what DuckDB answers on the day that they are planted for."""

    def __init__(self, folder: Path) -> None:
        told = json.loads(run("test/questions/planted.ts", str(folder / "lake" / "raw")))
        self.today = f"CAST('{told['as_of']}' AS date)"
        self.lake = Lake(folder / "lake", "--instances", told["instances"])
        assert self.lake.ingest()["quarantined"] == 0
        self.answers = self.lake.ask({name: re.sub(MACRO, rf"({self.today} - \1)", about(script(f"queries/{name}"))) for name in NAMES})


def about(sql: str) -> str:
    """A question's SQL, about the object where it is about one."""
    return sql.replace(*OBJECT)


def shipped_in(dialect: str, name: str) -> str:
    return about(without_comments(rendered()[f"queries/{dialect}/{name}"]))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return Planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def installed(spark: SparkSession, planted: Planted) -> Iterator[None]:
    for file in ("02-tables.sql", "03-views.sql"):
        views = script(f"databricks/{file}", catalog="spark_catalog", schema="questions", lake_account="account")
        curated = (planted.lake.path / "curated").as_uri()
        for statement in statements(views.replace("abfss://curated@account.dfs.core.windows.net", curated)):
            spark.sql(statement)
    # Its many small files would be opened again for each of the questions.
    spark.sql("CACHE TABLE audit_events_table")
    yield
    spark.sql("UNCACHE TABLE audit_events_table")
    spark.sql("DROP SCHEMA spark_catalog.questions CASCADE")
    spark.sql("USE spark_catalog.default")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", NAMES)
def test_the_spark_text_answers_in_spark_as_duckdb_does(spark: SparkSession, planted: Planted, name: str) -> None:
    shipped = shipped_in("spark", name)
    assert SPARK_TODAY in shipped
    found = spark.sql(shipped.replace(SPARK_TODAY, planted.today))
    instants = [field.name for field in found.schema.fields if isinstance(field.dataType, TimestampType)]
    expected = [row | {column: microseconds(row[column]) for column in instants} for row in planted.answers[name]]
    assert expected, "nothing is planted for it"
    assert rows_of(found.toArrow()) == expected


def test_the_tsql_text_says_what_duckdb_answers(planted: Planted) -> None:
    """Read as T-SQL by a parser that is not ours, and what that understood run in DuckDB."""
    understood = {}
    for name in NAMES:
        shipped = shipped_in("tsql", name)
        assert TSQL_NOW in shipped
        tree = sqlglot.parse_one(shipped.replace(TSQL_NOW, planted.today), read="tsql")
        assert not list(tree.find_all(exp.Command, exp.Anonymous)), f"{name}: not understood"
        understood[name] = tree.sql("duckdb")
    assert planted.lake.ask(understood) == planted.answers


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
def test_today_in_spark_is_the_utc_date_in_every_session_zone(spark: SparkSession, zone: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        before = datetime.now(UTC).date()
        (seen,) = spark.sql(f"SELECT {SPARK_TODAY}").first()
        assert before <= seen <= datetime.now(UTC).date()
    finally:
        spark.conf.set("spark.sql.session.timeZone", "UTC")


def microseconds(instant: str | None) -> int | None:
    """Since 1970, of an instant as the command line prints it."""
    if instant is None:
        return None
    seen = datetime.fromisoformat(instant.removesuffix("+00")).replace(tzinfo=UTC)
    return round((seen - datetime.fromtimestamp(0, UTC)).total_seconds() * 1_000_000)
