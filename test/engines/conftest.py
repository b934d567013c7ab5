"""The lakes and the Spark session that the checks share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from hostile import BUSY_ROWS, write_busy_day, write_exports
from lake import SAMPLES, Lake
from ways import lake_of_every_way


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The samples, ingested as the README does."""
    lake = Lake(tmp_path_factory.mktemp("lakes") / "samples")
    lake.ingest(SAMPLES)
    return lake


@pytest.fixture(scope="session")
def hostile_exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_exports(tmp_path_factory.mktemp("exports") / "hostile")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, hostile_exports: list[Path]) -> Lake:
    """Names and times on the edges of file statistics, one data file or more for each."""
    lake = Lake(tmp_path_factory.mktemp("lakes") / "hostile")
    assert lake.ingest_each(*hostile_exports)["quarantined"] == 0
    return lake


@pytest.fixture(scope="session")
def zstandard(tmp_path_factory: pytest.TempPathFactory, hostile_exports: list[Path]) -> Lake:
    """The hostile exports again, in the other codec."""
    lake = Lake(tmp_path_factory.mktemp("lakes") / "zstandard", "--codec", "zstd")
    lake.ingest_each(*hostile_exports)
    return lake


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One data file with several pages in every column."""
    lake = Lake(tmp_path_factory.mktemp("lakes") / "busy")
    lake.ingest(write_busy_day(tmp_path_factory.mktemp("exports") / "busy.csv", BUSY_ROWS))
    return lake


@pytest.fixture(scope="session")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Data files of the first version, and files of all four ways, compared with counts."""
    return lake_of_every_way(tmp_path_factory.mktemp("lakes") / "ways")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    jars = ",".join(str(jar) for jar in Path(os.environ["DELTA_JARS"]).glob("*.jar"))
    settings = {
        "spark.jars": jars,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Compiling code, in Spark and in Java, costs more than it saves on tables of this size.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # The standard 200, 50 and 10,000 partitions take seconds to minutes for tables of this size.
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
        # Lets a vacuum look at files of this minute.
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("engines")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
