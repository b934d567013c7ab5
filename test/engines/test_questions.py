"""Every question gives the same rows, in the same order, in the three dialects that it is shipped in."""

import json
import re
from functools import cache
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlglot
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import TimestampType
from sqlglot import exp

from lake import Lake, Row, rows_of, run
from scripts import files, rendered, script, statements, without_comments

NAMES = [Path(path).name for path in files("queries/*.sql")]
# What the questions about one object and one person are asked about.
ABOUT = {"'the-id-of-the-object'": "'ra-77'", "'a-name-or-an-id'": "'pia'"}
# How the texts name today.
DUCKDB_TODAY = "CAST(now() AT TIME ZONE 'UTC' AS date)"
SPARK_TODAY = "TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE()))"
TSQL_NOW = "SYSUTCDATETIME()"
# Texts that try to get out of a literal, or have something filled in or joined.
HOSTILE = ["it's \\", "\\'; DROP TABLE audit_events; --", "a\nGO\nb", "line\\\nnext", "a\r\nb", "${env:HOME} $(path) $x :y", '{{from}} "', "\u202e\ufeff\U0001f600", "%_[a]"]
# Questions with values, days, instances and a limit in place of what holds without.
GIVEN: dict[str, dict[str, object]] = {
    "changes-outside-office-hours": {"values": {"zone": "Europe/Berlin", "opens": "08:00", "closes": "18:30", "weekdays": "mon-thu", "leave_out": HOSTILE}},
    "mass-remote-actions": {"values": {"devices": 60, "minutes": 30, "leave_out": "KAI@corp.example"}, "instances": ["eu", "us"], "limit": 3},
    "role-and-permission-grants": {"from": "2026-03-02", "to": "2026-03-04", "values": {"roles": ["EU [West]", "administrator", *HOSTILE]}},
    "gaps-in-the-export": {"values": {"hours": 5, "times": 2.5, "earlier_days": 100}},
    "history-of-one-person": {"values": {"person": "Pia Ruiz"}, "instances": ["eu"]},
}


class Planted:
    """The lake with planted findings, and what DuckDB answers on the day that they are planted for."""

    def __init__(self, folder: Path) -> None:
        told = json.loads(run("test/questions/planted.ts", str(folder / "lake" / "raw")))
        self.today = f"CAST('{told['as_of']}' AS date)"
        self.lake = Lake(folder / "lake", "--instances", told["instances"])
        assert self.lake.ingest()["quarantined"] == 0
        self.answers = self.lake.ask({name: shipped_in("duckdb", name).replace(DUCKDB_TODAY, self.today) for name in NAMES})
        self.given = {name: {"to": told["as_of"]} | asked for name, asked in GIVEN.items()}


def shipped_in(dialect: str, name: str) -> str:
    """A question's SQL as it is shipped, about the object or the person where it is about one."""
    sql = without_comments(rendered()[f"queries/{dialect}/{name}"])
    for placeholder, value in ABOUT.items():
        sql = sql.replace(placeholder, value)
    return sql


@cache
def asked(given: str) -> dict[str, str]:
    """Questions in every dialect as they are asked with what is given, JSON by their names."""
    return {path: without_comments(text) for path, text in json.loads(run("test/engines/questions.ts", given)).items()}


def texts_in(dialect: str, given: dict[str, dict[str, object]]) -> dict[str, str]:
    return {Path(path).name: text for path, text in asked(json.dumps(given)).items() if path.startswith(f"queries/{dialect}/")}


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
    assert_same(spark.sql(shipped.replace(SPARK_TODAY, planted.today)), planted.answers[name])


@pytest.mark.usefixtures("installed")
def test_what_is_given_means_the_same_in_every_dialect(spark: SparkSession, planted: Planted) -> None:
    expected = planted.lake.ask(texts_in("duckdb", planted.given))
    assert len(expected) == len(GIVEN)
    for name, text in texts_in("spark", planted.given).items():
        assert_same(spark.sql(text), expected[name])
    understood = {name: sqlglot.parse_one(text, read="tsql").sql("duckdb") for name, text in texts_in("tsql", planted.given).items()}
    assert planted.lake.ask(understood) == expected


def test_a_hostile_value_stays_the_text_that_it_is(spark: SparkSession, planted: Planted) -> None:
    for value in HOSTILE:
        given = {"history-of-one-object": {"values": {"object": value}}}
        for dialect in ("spark", "tsql"):
            (text,) = texts_in(dialect, given).values()
            (literal,) = re.findall(r"SELECT LOWER\((.*?)\) AS id\n", text, flags=re.DOTALL)
            if dialect == "spark":
                (found,) = spark.sql(f"SELECT {literal} AS found").first()
            else:
                assert "\n" not in literal
                read = sqlglot.parse_one(f"SELECT {literal} AS found", read="tsql").sql("duckdb")
                (row,) = planted.lake.query(f"SELECT hex(encode(found)) AS bytes FROM ({read})")
                found = bytes.fromhex(row["bytes"]).decode()
            assert found == value, dialect


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


def assert_same(found: DataFrame, answer: list[Row]) -> None:
    """The rows that Spark gives are those of DuckDB, in their order."""
    instants = [field.name for field in found.schema.fields if isinstance(field.dataType, TimestampType)]
    expected = [row | {column: microseconds(row[column]) for column in instants} for row in answer]
    assert expected, "nothing is planted for it"
    assert rows_of(found.toArrow()) == expected
