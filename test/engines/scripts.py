"""The SQL that is shipped, taken apart into statements: the scripts of infra, and the questions as the package has them."""

import json
import re
from functools import cache
from pathlib import Path

from lake import REPOSITORY, run

INFRA = REPOSITORY / "infra"


def script(path: str, **placeholders: str) -> str:
    """A file of infra with its placeholders filled in, without its comments."""
    text = (INFRA / path).read_text(encoding="utf-8")
    for name, value in placeholders.items():
        text = text.replace(f"{{{name}}}", value)
    return without_comments(text)


@cache
def rendered() -> dict[str, str]:
    """Every question as `audit-lake ask QUESTION --sql` prints it, by its path: `queries/spark/05-self-granted-roles.sql`."""
    return json.loads(run("test/engines/questions.ts"))


def without_comments(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("--"))


def comments(path: str) -> str:
    """What a file of infra says in its comments, in one line."""
    lines = (INFRA / path).read_text(encoding="utf-8").splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def statements(text: str) -> list[str]:
    """Statements that end with a semicolon at the end of a line."""
    return [part.strip() for part in re.split(r";\s*$", text, flags=re.MULTILINE) if part.strip()]


def batches(text: str) -> list[str]:
    """What stands between the lines GO."""
    return [part.strip() for part in re.split(r"^GO\s*$", text, flags=re.MULTILINE) if part.strip()]


def files(pattern: str) -> list[str]:
    return sorted(str(Path(path).relative_to(INFRA)) for path in INFRA.glob(pattern))
