"""Answers as files, read back by what people open them with: pandas, polars, pyarrow and openpyxl."""

import datetime
import json
import subprocess
from pathlib import Path

import openpyxl
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake import NODE, REPOSITORY, Lake, run

# Every column, and the same rows in the same order each time.
EVERYTHING = "SELECT * FROM audit_events ORDER BY event_uid"
NOTHING = "SELECT * FROM audit_events WHERE code = -1"


class Answers:
    """One lake, what `query` says of it as JSON, and its answers as files."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self._lake = lake
        self._folder = folder
        self.rows = json.loads(run("bin/audit-lake.js", "query", EVERYTHING, "--json", "--lake", str(lake.path)))
        assert len(self.rows) > 20 and any("\u202e" in row["actor_name"] for row in self.rows)
        self.names = list(self.rows[0])

    def file(self, ending: str, sql: str = EVERYTHING, *options: str) -> Path:
        place = self._folder / f"{'none' if sql == NOTHING else 'all'}{len(options)}.{ending}"
        if not place.exists():
            run("bin/audit-lake.js", "query", sql, "--output", str(place), "--quiet", *options, "--lake", str(self._lake.path))
        return place


@pytest.fixture(scope="module")
def answers(hostile: Lake, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return Answers(hostile, tmp_path_factory.mktemp("answers"))


def same(answers: Answers, found: list[dict]) -> None:
    """Holds rows of typed values against those of JSON: instants and dates as its text."""
    assert len(found) == len(answers.rows)
    for expected, row in zip(answers.rows, found, strict=True):
        assert list(row) == answers.names
        for name, value in row.items():
            assert as_json(value) == as_json(told(expected[name])), f"{expected['event_uid']}, {name}"


def told(value: object) -> object:
    """A value of JSON, an instant as such: `2026-03-02 22:04:45.673+00`."""
    if isinstance(value, str) and len(value) > 20 and value[4:5] == "-" and value.endswith("+00"):
        return datetime.datetime.fromisoformat(value)
    return value


def as_json(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_pyarrow_and_polars_read_parquet_and_arrow_whole(answers: Answers) -> None:
    stream = pa.ipc.open_stream(answers.file("arrow").read_bytes()).read_all()
    for table in (pq.read_table(answers.file("parquet")), stream):
        same(answers, table.to_pylist())
    for frame in (polars.read_parquet(answers.file("parquet")), polars.read_ipc_stream(answers.file("arrow"))):
        same(answers, frame.to_dicts())


def test_pandas_reads_parquet_as_pyarrow_does(answers: Answers) -> None:
    frame = pandas.read_parquet(answers.file("parquet"), dtype_backend="pyarrow")
    assert list(frame.columns) == answers.names
    assert frame["message"].tolist() == [row["message"] for row in answers.rows]
    assert frame["event_uid"].tolist() == [row["event_uid"] for row in answers.rows]
    assert str(frame["event_time"].dtype) == "timestamp[us, tz=UTC][pyarrow]"


def test_pandas_and_polars_read_csv_as_it_was_given(answers: Answers) -> None:
    place = answers.file("csv", EVERYTHING, "--no-formula-guard")
    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list) else str(value)

    expected = [{name: None if value is None else text(value) for name, value in row.items()} for row in answers.rows]
    # It tells a value that is not there from an empty text; pandas does not.
    assert polars.read_csv(place, infer_schema=False).to_dicts() == expected
    read = pandas.read_csv(place, dtype=str, keep_default_na=False).to_dict("records")
    assert read == [{name: "" if value is None else value for name, value in row.items()} for row in expected]


def test_openpyxl_and_pandas_read_the_first_sheet_of_a_workbook(answers: Answers) -> None:
    book = openpyxl.load_workbook(answers.file("xlsx"), read_only=True)
    assert book.sheetnames == ["answer"]
    header, *cells = book["answer"].iter_rows(values_only=True)
    assert list(header) == answers.names and len(cells) == len(answers.rows)
    at = {name: answers.names.index(name) for name in ("event_uid", "code", "event_time", "event_date")}
    for expected, row in zip(answers.rows, cells, strict=True):
        assert row[at["event_uid"]] == expected["event_uid"] and row[at["code"]] == expected["code"]
        time = told(expected["event_time"])
        assert isinstance(time, datetime.datetime)
        assert abs(row[at["event_time"]] - time.replace(tzinfo=None)) <= datetime.timedelta(milliseconds=1)
        assert row[at["event_date"]].date().isoformat() == expected["event_date"]
    frame = pandas.read_excel(answers.file("xlsx"), dtype={"event_uid": str})
    assert list(frame.columns) == answers.names and frame["event_uid"].tolist() == [row["event_uid"] for row in answers.rows]


def test_a_workbook_says_in_its_last_sheet_that_names_are_masked(answers: Answers) -> None:
    place = answers.file("xlsx", EVERYTHING, "--mask", "people")
    book = openpyxl.load_workbook(place)
    assert book.sheetnames == ["answer", "about"]
    assert str(book["about"]["A1"].value).startswith("names masked with key ")
    assert len(pandas.read_excel(place)) == len(answers.rows)


def test_a_workbook_goes_on_in_further_sheets_and_says_so(tmp_path: Path) -> None:
    place = tmp_path / "sheets.xlsx"
    script = f"""
      import {{ writeFileSync }} from 'node:fs';
      import {{ xlsxPieces }} from './src/present/xlsx.ts';
      const rows = {{ names: ['n'], types: [{{ kind: 'text' }}], batches: (async function* () {{ yield Array.from({{ length: 25 }}, (_, at) => [`r${{at}}`]); }})() }};
      const parts = [];
      for await (const part of xlsxPieces(rows, {{ tell: () => undefined, rowsPerSheet: 11 }})) parts.push(part);
      writeFileSync({json.dumps(str(place))}, Buffer.concat(parts));
    """
    subprocess.run([str(NODE), "--input-type=module", "-e", script], cwd=REPOSITORY, check=True)
    sheets = pandas.read_excel(place, sheet_name=None)
    assert list(sheets) == ["answer", "answer_2", "answer_3", "about"]
    found = [text for name, sheet in sheets.items() if name != "about" for text in sheet["n"]]
    assert found == [f"r{at}" for at in range(25)]


def test_an_empty_answer_has_its_columns_everywhere(answers: Answers) -> None:
    def file(ending: str) -> Path:
        return answers.file(ending, NOTHING)

    frames = [pandas.read_csv(file("csv")), pandas.read_excel(file("xlsx")), pandas.read_parquet(file("parquet"))]
    for frame in frames:
        assert list(frame.columns) == answers.names and len(frame) == 0
    for table in (pq.read_table(file("parquet")), pa.ipc.open_stream(file("arrow").read_bytes()).read_all()):
        assert table.column_names == answers.names and table.num_rows == 0
    assert polars.read_ipc_stream(file("arrow")).shape == (0, len(answers.names))
