"""The T-SQL of infra/synapse and of the questions, which no engine here can run, is parsed by two parsers, linted, and held against the tables."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlfluff.api import simple as sqlfluff
from sqlglot import exp

from lake import Lake
from scripts import INFRA, batches, files, rendered, script, without_comments

SCRIPTS = files("synapse/*.sql")
QUESTIONS = sorted(path for path in rendered() if path.startswith("queries/tsql/"))
VIEWS = {
    "audit_events": "03-audit_events.sql",
    "audit_event_items": "04-audit_event_items.sql",
    "audit_codes": "05-audit_codes.sql",
    "audit_events_ocsf": "06-audit_events_ocsf.sql",
    "quarantine_rows": "07-quarantine.sql",
    "quarantine_files": "07-quarantine.sql",
    "audit_coverage": "09-audit_coverage.sql",
}
TYPES = {"string": "VARCHAR", "integer": "INTEGER", "long": "BIGINT", "timestamp": "DATETIME2(6)", "date": "DATE"}
COLLATION = "Latin1_General_100_BIN2_UTF8"
# What sqlglot's T-SQL lacks: a relation with its declared columns, which is then parsed as those of a table.
OPENROWSET = re.compile(r"OPENROWSET\((?:[^()']|'[^']*')*\) WITH \((?P<columns>(?:[^()]|\([^()]*\))*)\) AS (?P<alias>\w+)")
# What sqlfluff's T-SQL lacks.
GRANT_ON_CREDENTIAL = "GRANT REFERENCES ON DATABASE SCOPED CREDENTIAL::workspace_identity TO [{readers}];\nGO\n"


def parse(batch: str) -> exp.Expression:
    (tree,) = sqlglot.parse(OPENROWSET.sub(lambda found: found["alias"], batch).rstrip(";"), read="tsql")
    assert tree is not None
    return tree


def view(name: str) -> exp.Create:
    trees = [parse(batch) for batch in batches(script(f"synapse/{VIEWS[name]}")) if f"VIEW dbo.{name} AS" in batch]
    assert len(trees) == 1
    assert isinstance(trees[0], exp.Create)
    return trees[0]


def declared(name: str) -> dict[str, exp.ColumnDef]:
    """The columns that a view over files declares."""
    (found,) = OPENROWSET.finditer(script(f"synapse/{VIEWS[name]}"))
    tree = sqlglot.parse_one(f"CREATE TABLE t ({found['columns']})", read="tsql")
    return {column.name: column for column in tree.find_all(exp.ColumnDef)}


def test_there_are_scripts_and_every_question() -> None:
    assert [Path(path).name[:2] for path in SCRIPTS] == ["01", "02", "03", "04", "05", "06", "07", "08", "09"]
    assert [Path(path).name for path in QUESTIONS] == [Path(path).name for path in files("queries/*.sql")]
    assert QUESTIONS


@pytest.mark.parametrize("path", SCRIPTS)
def test_every_statement_parses(path: str) -> None:
    for batch in batches(script(path)):
        kind = type(parse(batch))
        if "VIEW dbo." in batch:
            assert kind is exp.Create
        else:
            assert re.match(r"(USE|IF NOT EXISTS|GRANT) ", batch), batch


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_question_is_one_statement_that_selects(path: str) -> None:
    assert isinstance(parse(without_comments(rendered()[path])), exp.Select)


@pytest.mark.parametrize("path", SCRIPTS + QUESTIONS)
def test_every_script_is_clean(path: str) -> None:
    text = rendered().get(path) or (INFRA / path).read_text(encoding="utf-8").replace(GRANT_ON_CREDENTIAL, "")
    found = sqlfluff.lint(text, config_path=str(Path(__file__).with_name(".sqlfluff")))
    assert [f"{each['start_line_no']}: {each['code']} {each['description']}" for each in found] == []


def test_a_view_has_the_columns_that_it_has_elsewhere(ways: Lake) -> None:
    elsewhere = ways.ask({name: f"DESCRIBE {name}" for name in VIEWS})
    for name, columns in elsewhere.items():
        assert [each.alias_or_name for each in view(name).expression.selects] == [row["column_name"] for row in columns]


def test_every_column_of_the_tables_is_declared_with_its_type(ways: Lake) -> None:
    for table in ways.tables:
        columns = declared(table.name)
        assert list(columns) == table.names
        for field in table.fields:
            column = columns[field["name"]]
            kind = column.kind.sql("tsql").upper()
            assert kind.split("(")[0] == TYPES[field["type"]].split("(")[0], field["name"]
            if field["type"] == "string":
                assert COLLATION in column.sql("tsql"), field["name"]
            else:
                assert kind == TYPES[field["type"]], field["name"]


def test_what_a_message_or_an_export_says_may_be_of_any_length(samples: Lake, hostile: Lake, ways: Lake) -> None:
    narrow = {name: column.kind for name, column in declared("audit_events").items() if column.kind.sql("tsql").startswith("VARCHAR")}
    widths = {name: int(kind.sql("tsql")[8:-1]) for name, kind in narrow.items() if "MAX" not in kind.sql("tsql").upper()}
    assert set(widths) == {"event_uid", "ingest_id", "source_system"} | {
        "event_name", "family", "action", "object_type", "channel", "outcome", "severity", "ai_mode", "decode_status", "text_flags", "template_id",
    }
    longest = ", ".join(f"max(strlen({name})) AS {name}" for name in widths)
    for lake in (samples, hostile, ways):
        (found,) = lake.query(f"SELECT {longest} FROM audit_events")
        assert all((found[name] or 0) <= width for name, width in widths.items())


def test_no_text_of_the_catalogue_is_cut(samples: Lake) -> None:
    texts = [name for name in samples.codes.columns_of("string")]
    assert all(declared("audit_codes")[name].kind.sql("tsql").upper() == "VARCHAR(4000)" for name in texts)
    (found,) = samples.query(f"SELECT {', '.join(f'max(strlen({name})) AS {name}' for name in texts)} FROM audit_codes")
    assert max(length or 0 for length in found.values()) <= 2000


def test_the_credential_is_used_for_curated_alone() -> None:
    sources = re.findall(r"CREATE EXTERNAL DATA SOURCE (\w+) WITH \(([^)]*)\)", script("synapse/02-access.sql"))
    assert {name: "workspace_identity" in options for name, options in sources} == {"curated": True, "quarantine": False}
    used = {name: set(re.findall(r"DATA_SOURCE = '(\w+)'", script(f"synapse/{file}"))) for name, file in VIEWS.items()}
    assert used["audit_events"] == used["audit_codes"] == used["audit_coverage"] == {"curated"}
    assert used["quarantine_rows"] == used["quarantine_files"] == {"quarantine"}


def test_every_script_says_that_it_was_never_executed() -> None:
    for path in SCRIPTS:
        assert "never executed" in (INFRA / path).read_text(encoding="utf-8"), path
