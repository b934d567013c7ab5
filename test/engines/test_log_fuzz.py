"""Other readers of a log take it for the same rows as this program does, or verification says what is wrong with it."""

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder
from pyspark.sql import SparkSession

from hostile import login, write
from lake import NODE, REPOSITORY, Lake
from log_mutations import Scene, copied, mutate

SEED = int(os.environ.get("FUZZ_SEED", "13"))
CASES = int(os.environ.get("FUZZ_CASES", "600"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "75"))
# Spark takes a second for a lake.
SPARK_CASES = int(os.environ.get("FUZZ_SPARK_CASES", "0"))
SPARK_SECONDS = float(os.environ.get("FUZZ_SPARK_SECONDS", "600"))

Answer = list[str] | None


class Program:
    """This program, asked about one lake after another."""

    def __init__(self) -> None:
        command = [str(NODE), "test/engines/log-reader.ts"]
        self._process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, what: str, lake: Path) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({what: str(lake)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the program ended on {lake}"
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.close()


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    """Lakes to be changed, each with the add of a data file whose rows no raw file has."""
    folder = tmp_path_factory.mktemp("bases")
    exports = [write(folder / f"{day}.csv", [login(f"2026-03-0{1 + day % 2}T0{day}:00:00Z", f"user {number}", 10 * day + number) for number in range(5)]) for day in range(5)]
    other = Lake(folder / "other")
    other.ingest(write(folder / "planted.csv", [login("2026-03-01T12:00:00Z", f"nobody {number}", 900 + number) for number in range(3)]))
    planted = next(iter(other.events.files.values()))
    made = []
    for name in ("plain", "checkpoint", "optimised"):
        lake = Lake(folder / name)
        lake.ingest_each(*exports[:-1])
        if name == "optimised":
            DeltaTable(folder / name / "curated" / "audit_events").optimize.compact()
            DeltaTable(folder / name / "curated" / "audit_events").create_checkpoint()
        if name == "checkpoint":
            lake.checkpoint()
        lake.ingest_each(exports[-1])
        table = folder / name / "curated" / "audit_events"
        shutil.copy(other.path / "curated" / "audit_events" / planted["path"], table / planted["path"])
        made.append((folder / name, {**planted, "dataChange": False}))
    return made


def delta_rs(table: Path) -> Answer:
    try:
        seen = DeltaTable(table)
        rows = QueryBuilder().register("t", seen).execute("SELECT event_uid, event_date FROM t").read_all()
        found = pa.table(rows).to_pydict()
        return sorted(f"{uid} {day}" for uid, day in zip(found["event_uid"], found["event_date"], strict=True))
    except BaseException as error:  # noqa: BLE001: a panic of its own is an end like another
        if isinstance(error, KeyboardInterrupt):
            raise
        return None


def delta_rs_finds(table: Path) -> Answer:
    """The same through what the log says of the files: counts and bounds."""
    try:
        engine = QueryBuilder().register("t", DeltaTable(table))
        rows = engine.execute("SELECT event_uid, event_date FROM t WHERE code = 90211 AND event_date >= DATE '2000-01-01'").read_all()
        count = pa.table(engine.execute("SELECT count(*) AS n FROM t").read_all()).column(0).to_pylist()[0]
        found = pa.table(rows).to_pydict()
        listed = sorted(f"{uid} {day}" for uid, day in zip(found["event_uid"], found["event_date"], strict=True))
        return listed if count == len(listed) else [*listed, f"and {count} counted"]
    except BaseException as error:  # noqa: BLE001
        if isinstance(error, KeyboardInterrupt):
            raise
        return None


def fuzz(program: Program, bases: list[tuple[Path, dict[str, Any]]], folder: Path, cases: range, readers: list[Callable[[Path], Answer]], seconds: float) -> Counter[str]:
    """Runs the cases until time is up; fails where two readers part and verification is content."""
    counts: Counter[str] = Counter()
    failures: list[str] = []
    end = time.monotonic() + seconds
    for case in cases:
        if time.monotonic() > end:
            break
        random = Random(f"{SEED} {case}")
        base, planted = random.choice(bases)
        lake = folder / str(case)
        copied(base, lake)
        table = lake / "curated" / "audit_events"
        said = mutate(Scene(random, table, planted))
        ours = program.ask("read", lake)
        counts["read by us" if "rows" in ours else "refused by us"] += 1
        theirs = [reader(table) for reader in readers] if "rows" in ours else []
        parted = [answer for answer in theirs if answer is not None and answer != ours["rows"]]
        if "failed" in ours:
            failures.append(f"case {case}, {base.name}: {said}: {ours['failed']}")
        elif parted:
            verified = program.ask("verify", lake)
            counts["parted"] += 1
            if not verified.get("problems"):
                difference = sorted(set(parted[0]) ^ set(ours["rows"]))[:3]
                failures.append(f"case {case}, {base.name}: {said}: ours {len(ours['rows'])}, theirs {[len(answer) for answer in parted]}: {difference} {verified.get('failed', '')}")
        shutil.rmtree(lake)
    assert not failures, f"seed {SEED}, {len(failures)} of {sum(counts.values())}\n" + "\n".join(failures[:40])
    return counts


def test_delta_rs_reads_the_same_rows_or_verification_says_why(program: Program, bases: list[tuple[Path, dict[str, Any]]], tmp_path: Path) -> None:
    for base, _ in bases:
        assert program.ask("verify", base) == {"problems": []}
        assert delta_rs(base / "curated" / "audit_events") == program.ask("read", base)["rows"]
    counts = fuzz(program, bases, tmp_path, range(CASES), [delta_rs, delta_rs_finds], SECONDS)
    assert min(counts["read by us"], counts["refused by us"], counts["parted"]) > 0, counts


@pytest.mark.skipif(SPARK_CASES == 0, reason="takes a second for each lake: set FUZZ_SPARK_CASES, as the nightly workflow does")
def test_spark_reads_the_same_rows_or_verification_says_why(program: Program, bases: list[tuple[Path, dict[str, Any]]], tmp_path: Path, spark: SparkSession) -> None:
    def spark_reads(table: Path) -> Answer:
        try:
            rows = spark.read.format("delta").load(str(table)).select("event_uid", "event_date").collect()
            return sorted(f"{uid} {day}" for uid, day in rows)
        except Exception:  # noqa: BLE001: whatever it ends with, it has not read other rows
            return None

    first = 1_000_000
    counts = fuzz(program, bases, tmp_path, range(first, first + SPARK_CASES), [spark_reads], SPARK_SECONDS)
    assert counts["read by us"] > 0, counts
