"""A lake that four ways out of Nexthink lead into, on top of what the first version left: old data files beside new ones, and counts."""

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

from hostile import Record, dashboard, login, write
from lake import FIRST_VERSION, Lake

# Days that the first version had, and days that are new.
DAYS = ["2026-03-01", "2026-03-09"]
# A category and names that SQL, JSON or a shell could take for something else.
LOG_LINES = [
    "[Portal|LOGIN|20101|li] User li logged with session id 7",
    "[Portal|PROFILE|20209|li] Added profile O'Brien \U0001f600 roles: Auditors, a\\u0041, \"x\"",
    "[Portal|O'Brien \u2028|20201|{name}] User {name} is created",
    "[Portal|SYSTEM|20001|*system] Portal is starting",
    "[Engine-01|DBMGR|10028|mallory] Manual tagging:[device|PC 1]",
    "[Engine-01|LOGIN|10006|li] Finder user logged in:[1234]",
]


def records(first: int, count: int) -> list[Record]:
    """Of both days, the same for the same numbers: ways overlap by them."""
    make = (login, dashboard)
    return [make[n % 2](f"{day}T08:{n:02}:00.{n:03}Z", f"way's \U0001f600 {n}", n) for day in DAYS for n in range(first, first + count)]


def lake_of_every_way(folder: Path) -> Lake:
    """Makes it in a folder, one commit for each way; the counts that it is compared with differ."""
    shutil.copytree(FIRST_VERSION, folder)
    lake = Lake(folder)
    raw = folder / "raw"
    write(raw / "exporter.csv", records(0, 20))
    assert lake.ingest()["committed"] == 40
    nql = raw / "landed" / "nql" / "audit_trail" / "2026-03-10"
    nql.mkdir(parents=True)
    write(nql / "12.csv", records(10, 20))
    assert lake.ingest()["committed"] == 20
    for time, code, message, actor in records(29, 3):
        deliver(raw, {"time": time, "code": code, "message": message, "user name": actor})
    assert lake.ingest()["committed"] == 4
    for day in DAYS:
        log = raw / "landed" / "classic" / "portal" / day / "trail.log"
        log.parent.mkdir(parents=True)
        text = "".join(f"{day}T10:00:{at:02}+01:00 nx-01 {line.format(name=f'u{at}')}\n" for at, line in enumerate(LOG_LINES))
        log.write_text(text, encoding="utf-8")
    assert lake.ingest()["committed"] == 2 * len(LOG_LINES)
    compare(lake, folder.with_suffix(".counts.csv"))
    return lake


def deliver(raw: Path, body: dict[str, object]) -> None:
    text = json.dumps(body).encode()
    file = raw / "landed" / "webhook" / "2026-03-10" / f"{hashlib.sha256(text).hexdigest()}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)


def compare(lake: Lake, file: Path) -> None:
    """With counts that have an event more in one hour, two in another, and none of what the first version took in."""
    counts = Counter((time[:13] + ":00:00Z", code) for time, code, *_ in records(0, 30))
    counts["2026-03-01T08:00:00Z", 92042] += 1
    counts["2026-03-09T07:00:00Z", 91011] = 2
    lines = [f"{hour},{code},{count}\n" for (hour, code), count in sorted(counts.items())]
    file.write_text("time,platform.audit_logs.code,count\n" + "".join(lines), encoding="utf-8")
    lake.found("compare", "nql", "--counts", str(file))
