"""Exports whose times and names lie on the edges that file statistics are cut at."""

import csv
from pathlib import Path

# More than the 32,768 rows that a page holds at most.
BUSY_ROWS = 36_000

Record = tuple[str, int, str, str]

# No short string sorts above it, so its file states no upper bound.
UNBOUNDED = "no bound above"

# Statistics keep 32 UTF-16 units of a string; these put something awkward before, on and behind that edge.
NAMES = {
    "pair on the edge": "a" * 31 + "\U0001f600" + "tail",
    "pair before the edge": "a" * 30 + "\U0001f600" + "tail",
    "pair behind the edge": "a" * 32 + "\U0001f600" + "tail",
    "last BMP character cut off": "b" * 32 + "\uffff" + "x",
    "last code point cut off": "c" * 32 + "\U0010ffff" * 3 + "z",
    UNBOUNDED: "\U0010ffff" * 40,
    "exactly the prefix": "d" * 32,
    "one more than the prefix": "d" * 33,
    # Some JSON readers take the escapes of even planes for those of the plane below.
    "even plane, short": "\U00020bb7\u91ce",
    "even plane, cut": "\U00020bb7" * 40,
    "odd plane, cut": "e" + "\U00030000" * 40,
    "private plane": "f" * 32 + "\U00100000" + "z",
    "long": "long " * 1200 + "end",
    "decomposed": "Ame\u0301lie",
    "composed": "Am\u00e9lie",
    "quotes": "O'Brien \"the\" \\ back`tick",
    "blank at the end": "blank ",
    "controls": "\x01\x1f\x7f\u0085",
    "right to left": "\u202egnp.exe\u202c",
}

# In UTF-16 order the first comes last; in UTF-8 order, which Parquet and Delta use, it comes first.
ORDER = {"fullwidth": "\uff5e and on for more than the thirty-two units", "astral": "\U00010000 likewise, for more than thirty-two"}

# Local times that occur twice or never in New York, in microseconds that no millisecond holds.
EDGE_TIMES = [
    "2024-11-03T00:00:00.000000Z",
    "2024-11-03T05:30:00.000001Z",
    "2024-11-03T05:30:00.123999Z",
    "2024-11-03T06:30:00.000001Z",
    "2024-11-03T06:30:00.999999Z",
    "2024-11-03T23:59:59.999999Z",
    "2024-11-04T00:00:00.000000Z",
    "2024-03-10T02:30:00.500500Z",
    "2000-01-01T00:00:00.000000Z",
]


def login(time: str, name: str, number: int) -> Record:
    return time, 90211, f"User logged in, id=u-{number}, name={name}, session_id=s-{number}, ip=192.0.2.{number % 250}", name


def dashboard(time: str, name: str, number: int) -> Record:
    return time, 92042, f"Created dashboard, ID=d-{number}, name={name}", name


def write(path: Path, records: list[Record]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "code", "message", "user name"])
        writer.writerows(records)
    return path


def write_exports(folder: Path) -> list[Path]:
    """One small export for each kind of edge, so that each becomes data files with narrow bounds."""
    folder.mkdir(parents=True)
    files = []
    for hour, (kind, name) in enumerate(NAMES.items()):
        records = [
            login(f"2024-11-05T{hour:02}:00:00.000001Z", name, hour),
            dashboard(f"2024-11-05T{hour:02}:59:59.000999Z", name, hour),
        ]
        files.append(write(folder / f"{kind}.csv", records))
    order = [login(f"2024-11-05T20:00:0{n}Z", name, n) for n, name in enumerate(ORDER.values())]
    files.append(write(folder / "100% of \U0001f600 #1 with a name of more than thirty-two units.csv", order))
    edges = [dashboard(time, f"edge {number}", number) for number, time in enumerate(EDGE_TIMES)]
    files += [write(folder / f"time-{number}.csv", [edge]) for number, edge in enumerate(edges)]
    text = [("2024-11-06T12:00:00Z", 91011, "", ""), ("2024-11-06T12:00:01Z", 97001, "two\r\nlines, key=value", "\u00a0")]
    files.append(write(folder / "text.csv", text))
    return files


def write_busy_day(path: Path, rows: int) -> Path:
    """One day with enough records for several pages of every column, in dictionaries that fit and some that do not."""
    records = []
    for n in range(rows):
        time = f"2024-12-01T{n * 24 // rows:02}:{n % 60:02}:{n // 60 % 60:02}.{n:06}Z"
        name = f"user-{n % 700}@corp.example"
        make = (login, dashboard)[n % 5 == 0]
        records.append(make(time, name if n % 3 else f"\U0001f600 {n * 2654435761 % 2**32:08x} {name}", n))
    return write(path, records)
