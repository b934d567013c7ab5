"""Ways to write, spell and forge what stands in a Delta log: each changes one lake a little, as its random generator says."""

import copy
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Action = dict[str, Any]


@dataclass
class Scene:
    """A lake that is about to be changed."""

    random: Random
    table: Path
    # A data file with rows of no raw file, and its add.
    planted: Action

    @property
    def log(self) -> Path:
        return self.table / "_delta_log"

    @property
    def head(self) -> int:
        return max(int(file.stem) for file in self.log.glob("[0-9]" * 20 + ".json"))

    def write(self, name: str, content: bytes | str) -> None:
        """Never through a hard link: the file may be one of the lake that this is a copy of."""
        path = self.log / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, lines: list[str], end: str = "\n") -> None:
        self.write(f"{self.head + 1:020}.json", end.join(lines) + end)

    def live(self) -> dict[str, Action]:
        """The files as commits that are written plainly leave them."""
        files: dict[str, Action] = {}
        for file in sorted(self.log.glob("[0-9]" * 20 + ".json")):
            for line in file.read_text().splitlines():
                action = json.loads(line)
                if "add" in action:
                    files[action["add"]["path"]] = action["add"]
                if "remove" in action:
                    files.pop(action["remove"]["path"], None)
        return files

    def checkpoints(self) -> list[Path]:
        return sorted(self.log.glob("*.checkpoint.parquet"))


INFO = json.dumps({"commitInfo": {"timestamp": 1772000000000, "operation": "OPTIMIZE", "operationParameters": {}, "engineInfo": "Apache-Spark/3.5"}})


def dumps(action: Action) -> str:
    return json.dumps(action, separators=(",", ":"))


def removal(add: Action) -> Action:
    return {"path": add["path"], "dataChange": False, "deletionTimestamp": 1772000000000, "extendedFileMetadata": True, "partitionValues": add["partitionValues"], "size": add["size"]}


def readdition(scene: Scene) -> Action:
    add = copy.deepcopy(scene.random.choice(list(scene.live().values())))
    return {**add, "dataChange": False}


def some_file(scene: Scene) -> Action:
    """An action of one file: planted, added again, or removed."""
    kind = scene.random.randrange(3)
    if kind == 0:
        return {"add": copy.deepcopy(scene.planted)}
    add = readdition(scene)
    return {"add": add} if kind == 1 else {"remove": removal(add)}


def body(action: Action) -> Action:
    return next(iter(action.values()))


# Spelling of paths


def spelled(random: Random, path: str) -> str:
    at = random.randrange(len(path))
    encoded = f"%{ord(path[at]):02X}"
    return random.choice(
        [
            path[:at] + encoded + path[at + 1 :],
            path[:at] + encoded.lower() + path[at + 1 :],
            path[:at] + encoded.replace("%", "%25") + path[at + 1 :],
            "".join(f"%{ord(each):02X}" for each in path),
            "./" + path,
            "x/../" + path,
            path.replace("/", "//"),
            path.replace("/", "/./"),
            path.replace("/", "%2F"),
            path.replace("/", "\\"),
            path.replace("=", "%3D"),
            path.replace("=", "%3d"),
            "/" + path,
            path + "/",
            path + "?x",
            path + "#x",
            path[:-9] + "*",
            path[:at] + "?" + path[at + 1 :],
            path + " ",
            path.upper(),
            path[:at] + "\u0301" + path[at:],
            path[:at] + "%" + path[at:],
            path[:at] + "%zz" + path[at:],
            path[:at] + "+" + path[at + 1 :],
            path[:at] + "\x00" + path[at:],
            "s3://bucket/" + path,
            "",
        ]
    )


def path_spelling(scene: Scene) -> None:
    action = some_file(scene)
    body(action)["path"] = spelled(scene.random, body(action)["path"])
    scene.commit([INFO, dumps(action)])


def absolute_path(scene: Scene) -> None:
    action = some_file(scene)
    prefix = scene.random.choice(["", "file:", "file://", "file:///"])
    body(action)["path"] = f"{prefix}{scene.table}/{body(action)['path']}"
    scene.commit([INFO, dumps(action)])


def add_and_remove(scene: Scene) -> None:
    """Of one path in one commit, spelt alike or not, in either order."""
    add = copy.deepcopy(scene.planted)
    remove = removal(add)
    if scene.random.random() < 0.7:
        scene.random.choice([add, remove])["path"] = spelled(scene.random, add["path"])
    lines = [dumps({"add": add}), dumps({"remove": remove})]
    scene.random.shuffle(lines)
    scene.commit([INFO, *lines])


# Lines


def line_form(scene: Scene) -> None:
    random = scene.random
    action = some_file(scene)
    other = some_file(scene)
    text, second = dumps(action), dumps(other)
    kind = next(iter(action))
    inner = text[1:-1]
    blank = random.choice([" ", "\t", "\r", "\x0b", "\x0c", "\u00a0", "\u2028", "\u0085", "\ufeff", "\x00", "\u3000", "\x1c"])
    lines = random.choice(
        [
            [INFO[:-1] + "," + inner + "}"],
            ["{" + inner + "," + INFO[1:]],
            [INFO, "{" + inner + "," + second[1:]],
            [INFO, text + second],
            [INFO, text + " " + second],
            [INFO, text + "," + second],
            [INFO, "[" + text + "]"],
            [INFO, "[" + text + "," + second + "]"],
            [INFO, text.replace(":", ":\n", 1)],
            [INFO, text + blank],
            [INFO, blank + text],
            [INFO, blank, text],
            [INFO, text.replace("{", "{" + blank, 1)],
            [INFO, "{" + f'"{kind}":null,' + inner + "}"],
            [INFO, "{" + inner + f',"{kind}":null' + "}"],
            [INFO, "{" + inner + ',"txn":null}'],
            [INFO, "{" + inner + ',"unknown":{"a":1}}'],
            [INFO, text.replace(f'"{kind}"', f'"{kind.capitalize()}"', 1)],
            [INFO, text.replace(f'"{kind}"', f'"{kind.upper()}"', 1)],
            [INFO, text.replace(f'"{kind}"', f'"\\u00{ord(kind[0]):02x}{kind[1:]}"', 1)],
            [INFO, text.replace(f'"{kind}"', f"'{kind}'", 1)],
            [INFO, text.replace(f'"{kind}"', kind, 1)],
            [INFO, "//" + text],
            [INFO, "#" + text],
            [INFO, text[:-1] + ",}"],
            [INFO, text[:-1]],
            [INFO, text + "}"],
            ["\ufeff" + INFO, text],
            ["\ufeff" + text],
            [text, INFO],
            [text],
            [INFO, INFO, text],
            [INFO, text, text],
            [INFO, text, second],
            ["", INFO, "", text, ""],
            [INFO, "{}", text],
            [INFO, "null", text],
            [INFO, "1", text],
            [INFO, '"add"', text],
            [INFO, '{"cdc":{"path":"x","partitionValues":{},"size":1,"dataChange":false}}', text],
            [INFO, '{"domainMetadata":{"domain":"d","configuration":"","removed":false}}', text],
            [INFO, '{"unknownAction":{"path":"x"}}', text],
        ]
    )
    scene.commit(lines, end=random.choice(["\n", "\n", "\n", "\r\n", "\r", "\n\n"]))


def commit_form(scene: Scene) -> None:
    action = dumps(some_file(scene))
    content = scene.random.choice(
        [b"", b"\n", b" ", b"\x00" * 100, b"{", b"[]", b"{}", action.encode()[:-20], (INFO + "\n" + action).encode("utf-16"), (INFO + "\n" + action).encode() + b"\xff", (INFO + "\n" + action + "\n").encode() + b"\x00"]
    )
    scene.write(f"{scene.head + 1:020}.json", content)


# Members


def member(scene: Scene) -> None:
    """One member twice, of another type, under another name, missing, or one that changes what is live."""
    random = scene.random
    action = some_file(scene)
    kind, fields = next(iter(action.items()))
    other = readdition(scene)
    choice = random.randrange(6)
    if choice == 0:
        name = random.choice(["path", "size", "partitionValues", "dataChange"])
        twice = dumps({name: other.get(name)})[1:-1]
        text = dumps(action)
        at = random.choice([len(kind) + 4, len(text) - 2])
        comma_before = at != len(kind) + 4
        text = text[:at] + ("," + twice if comma_before else twice + ",") + text[at:]
        scene.commit([INFO, text])
        return
    if choice == 1:
        fields.pop(random.choice([name for name in fields if name != "path"]))
    elif choice == 2:
        name = random.choice(list(fields))
        fields[name] = random.choice([None, "1", 1, 1.5, -1, True, [], {}, "", 2**53 + 1, 2**63, 2**64, 0])
    elif choice == 3:
        vector = {"storageType": "u", "pathOrInlineDv": "vBn[lx{q8@P<9BNH/isA", "offset": 1, "sizeInBytes": 36, "cardinality": random.choice([0, 2])}
        fields.update(
            random.choice(
                [
                    {"deletionVector": vector},
                    {"deletionVector": None},
                    {"deletionVector": {}},
                    {"deletionVector": {**vector, "storageType": "i", "pathOrInlineDv": "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"}},
                    {"baseRowId": 1, "defaultRowCommitVersion": 1},
                    {"clusteringProvider": "liquid"},
                    {"tags": {"a": "b"}},
                    {"tags": {"a": None}},
                    {"rawPath": scene.planted["path"]},
                    {"Path": scene.planted["path"]},
                    {"unknown": [1, {"path": scene.planted["path"]}]},
                ]
            )
        )
    elif choice == 4:
        day = random.choice(["2026-03-02", "2027-01-01", "", None, "x", "2026-3-1", "2026-03-01 ", "20260301", "2026-03-01T00:00:00Z", 20260301])
        fields["partitionValues"] = random.choice([{"event_date": day}, {"EVENT_DATE": "2026-03-01"}, {}, {"event_date": "2026-03-01", "code": "1"}, None, [], "event_date=2026-03-01"])
    else:
        stats = random.choice(['{"numRecords":0}', '{"numRecords":1000}', "{}", "", "x", "[]", '{"numRecords":"7"}', '{"numRecords":7,"minValues":{"code":99999},"maxValues":{"code":99999},"nullCount":{"code":0}}', '{"numRecords":-1}', '{"numRecords":1.5}', '{"numRecords":7,"nullCount":{"code":7}}'])
        fields["stats"] = stats
    scene.commit([INFO, dumps({kind: fields})])


# Table-wide actions


def table_action(scene: Scene) -> None:
    random = scene.random
    first = [json.loads(line) for line in (scene.log / f"{0:020}.json").read_text().splitlines()]
    metadata = next(action["metaData"] for action in first if "metaData" in action)
    schema = json.loads(metadata["schemaString"])
    fields = schema["fields"]
    changed = copy.deepcopy(metadata)
    choice = random.randrange(12)
    lines: list[Action] = []
    if choice == 0:
        changed["schemaString"] = json.dumps({**schema, "fields": [each for each in fields if each["name"] != random.choice(["message", "code", "event_uid", "event_date"])]})
    elif choice == 1:
        changed["schemaString"] = json.dumps({**schema, "fields": [{**each, "type": "string"} if each["name"] == "code" else each for each in fields]})
    elif choice == 2:
        changed["partitionColumns"] = random.choice([[], ["code"], ["event_date", "code"], ["EVENT_DATE"], ["nothing"]])
    elif choice == 3:
        changed["configuration"] = {**metadata["configuration"], "delta.columnMapping.mode": random.choice(["name", "id", "none", "x"])}
    elif choice == 4:
        changed["format"] = {"provider": random.choice(["csv", "PARQUET", "delta", ""]), "options": {}}
    elif choice == 5:
        lines = [{"metaData": metadata}, {"metaData": changed}]
    elif choice == 6:
        mapped = [{**each, "metadata": {**each["metadata"], "delta.columnMapping.id": at, "delta.columnMapping.physicalName": random.choice([each["name"], f"col-{at}"])}} for at, each in enumerate(fields)]
        changed["schemaString"] = json.dumps({**schema, "fields": mapped})
        changed["configuration"] = {**metadata["configuration"], **random.choice([{}, {"delta.columnMapping.mode": "name"}])}
    elif choice == 7:
        changed["configuration"] = random.choice([{}, None, {"delta.appendOnly": "false"}, {"delta.appendOnly": None}, {"delta.enableDeletionVectors": "true"}])
    else:
        reader = random.choice([0, 1, 2, 3, 4, 99])
        writer = random.choice([1, 2, 3, 5, 7, 8])
        protocol: Action = {"minReaderVersion": reader, "minWriterVersion": writer}
        features = ["appendOnly", "invariants", "columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck", "typeWidening", "unheardOf"]
        if random.random() < 0.7:
            protocol["writerFeatures"] = random.sample(features, random.randrange(4))
        if random.random() < 0.5:
            protocol["readerFeatures"] = random.sample(features, random.randrange(3))
        lines = [{"protocol": protocol}] * random.choice([1, 1, 2])
    scene.commit([INFO, *map(dumps, lines or [{"metaData": changed}])])


def transactions(scene: Scene) -> None:
    txn = {"appId": scene.random.choice(["raw/0.csv", "other", "", "retained_from"]), "version": scene.random.choice([1, 2**53, 2**60 + 1, -1, 1.5, "1", None]), "lastUpdated": 1}
    lines = [dumps({"txn": txn}), *([dumps({"txn": {**txn, "version": 3}})] if scene.random.random() < 0.3 else [])]
    scene.commit([INFO, *lines, *([dumps(some_file(scene))] if scene.random.random() < 0.5 else [])])


def edited(scene: Scene) -> None:
    """A byte of a commit, checkpoint or hint, or its end cut off."""
    files = [file for file in scene.log.iterdir() if file.is_file()]
    file = scene.random.choice(sorted(files))
    content = bytearray(file.read_bytes())
    for _ in range(scene.random.choice([1, 1, 2, 8])):
        content[scene.random.randrange(len(content))] = scene.random.randrange(256)
    if scene.random.random() < 0.2:
        del content[scene.random.randrange(len(content)) :]
    scene.write(file.name, bytes(content))


# Names


def file_name(scene: Scene) -> None:
    """A commit that only some take for one, or one that is not where it should be."""
    head = scene.head
    content = INFO + "\n" + dumps({"add": scene.planted}) + "\n"
    next_name = f"{head + 1:020}.json"
    name = scene.random.choice(
        [
            f"{head + 1}.json",
            f"{head + 1:019}.json",
            f"{head + 1:021}.json",
            f"{head + 1:020}.JSON",
            f"{head + 1:020}.json.gz",
            f"{head + 1:020}.json.tmp",
            f".{head + 1:020}.json",
            f"_{head + 1:020}.json",
            f"{head + 1:020}.{uuid.UUID(int=scene.random.getrandbits(128))}.json",
            f"_staged_commits/{head + 1:020}.{uuid.UUID(int=scene.random.getrandbits(128))}.json",
            f"_commits/{head + 1:020}.{uuid.UUID(int=scene.random.getrandbits(128))}.json",
            f"{head + 2:020}.json",
            f"{head + 1:020}.compacted.json",
            f"x/{next_name}",
        ]
    )
    scene.write(name, content)


# Checkpoints, hints and what stands beside them


def rows_changed(scene: Scene, table: pa.Table) -> pa.Table:
    """The rows of a checkpoint, with one left out, doubled, altered or made of two actions."""
    random = scene.random
    rows = table.to_pylist(maps_as_pydicts="strict")
    adds = [at for at, row in enumerate(rows) if row["add"] is not None]
    at = random.choice(adds)
    choice = random.randrange(9)
    if choice == 0:
        rows.pop(at)
    elif choice == 1:
        rows.append({**rows[at], "add": {**rows[at]["add"], **{name: scene.planted[name] for name in ("path", "size", "partitionValues")}}})
    elif choice == 2:
        rows.append(rows[at])
    elif choice == 3:
        rows[at]["remove"] = {name: rows[at]["add"].get(name) for name in ("path", "dataChange", "size")}
    elif choice == 4:
        rows[at]["add"]["path"] = spelled(random, rows[at]["add"]["path"]).replace("\x00", "")
    elif choice == 5:
        rows[at]["add"]["partitionValues"] = random.choice([{"event_date": "2027-01-01"}, {}, {"event_date": ""}])
    elif choice == 6:
        rows.append({name: None for name in rows[at]} | {"remove": {"path": rows[at]["add"]["path"], "dataChange": False, "deletionTimestamp": 9_000_000_000_000}})
    elif choice == 7:
        rows[at]["protocol"] = {"minReaderVersion": 1, "minWriterVersion": 2}
    else:
        random.shuffle(rows)
    return pa.Table.from_pylist(rows, schema=table.schema)


def parquet(table: pa.Table, random: Random) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=random.choice(["snappy", "zstd", "none"]), use_dictionary=random.random() < 0.5)
    return sink.getvalue().to_pybytes()


def checkpoint(scene: Scene) -> None:
    """Another one in place of, beside or before the one that is there."""
    files = scene.checkpoints()
    if not files:
        return hint(scene)
    file = files[-1]
    version = int(file.name[:20])
    table = pq.read_table(file)
    if scene.random.random() < 0.85:
        table = rows_changed(scene, table)
    if scene.random.random() < 0.5:
        (scene.log / "_last_checkpoint").unlink(missing_ok=True)
    if scene.random.random() < 0.3:
        file.unlink()
    id_ = uuid.UUID(int=scene.random.getrandbits(128))
    choice = scene.random.randrange(6)
    if choice <= 1:
        scene.write(file.name, parquet(table, scene.random))
    elif choice == 2:
        cut = scene.random.randrange(1, table.num_rows)
        for number, part in enumerate([table.slice(0, cut), table.slice(cut)], 1):
            if scene.random.random() < 0.9:
                scene.write(f"{version:020}.checkpoint.{number:010}.{2:010}.parquet", parquet(part, scene.random))
    elif choice == 3:
        scene.write(f"{version:020}.checkpoint.{id_}.parquet", parquet(table, scene.random))
    elif choice == 4:
        scene.write(f"{scene.random.choice([version - 1, version + 1, scene.head, scene.head + 1, 0]):020}.checkpoint.parquet", parquet(table, scene.random))
    else:
        scene.write(scene.random.choice([f"{version}.checkpoint.parquet", f"{version:020}.checkpoint.x.parquet", f"{version:020}.checkpoint.{1:010}.{1:010}.parquet", f"{version:021}.checkpoint.parquet"]), parquet(table, scene.random))


def hint(scene: Scene) -> None:
    random = scene.random
    version = random.choice([0, 1, scene.head, scene.head + 1, 10**15, -1, 2**64, "1", None, 1.0])
    content: Any = {"version": version}
    content |= random.choice([{}, {"size": 1}, {"size": -1}, {"parts": 1}, {"parts": 2}, {"checksum": "x"}, {"v2Checkpoint": {}}, {"checkpointSchema": {"type": "struct", "fields": []}}])
    text = random.choice([json.dumps(content), json.dumps(content) * 2, "", "[]", "[" * 10_000, json.dumps(content).encode("utf-16"), "\ufeff" + json.dumps(content), json.dumps({"version": 1, "VERSION": 2})])
    scene.write("_last_checkpoint", text)


def side_file(scene: Scene) -> None:
    random = scene.random
    head = scene.head
    if random.random() < 0.5:
        first = random.randrange(0, head + 1)
        last = random.randrange(first, head + 2)
        lines = [line for version in range(first, min(last, head) + 1) for line in (scene.log / f"{version:020}.json").read_text().splitlines() if "commitInfo" not in line]
        change = random.randrange(4)
        if change == 0 and lines:
            lines.pop(random.randrange(len(lines)))
        elif change == 1:
            lines.append(dumps({"add": scene.planted}))
        elif change == 2:
            lines.append(dumps({"remove": removal(readdition(scene))}))
        scene.write(f"{first:020}.{last:020}.compacted.json", "\n".join(lines))
    else:
        live = scene.live()
        content = {"tableSizeBytes": sum(add["size"] for add in live.values()), "numFiles": len(live), "numMetadata": 1, "numProtocol": 1}
        content |= random.choice([{}, {"numFiles": 1}, {"protocol": {"minReaderVersion": 1, "minWriterVersion": 1}}, {"allFiles": [scene.planted]}, {"metadata": {"id": "x", "format": {"provider": "parquet", "options": {}}, "schemaString": '{"type":"struct","fields":[]}', "partitionColumns": [], "configuration": {}}}])
        scene.write(f"{random.choice([head, head, head + 1, 0]):020}.crc", json.dumps(content))


MUTATIONS: list[Callable[[Scene], None]] = [
    path_spelling,
    absolute_path,
    add_and_remove,
    line_form,
    line_form,
    commit_form,
    member,
    member,
    table_action,
    transactions,
    edited,
    file_name,
    checkpoint,
    checkpoint,
    hint,
    side_file,
]


def mutate(scene: Scene) -> str:
    """Changes the lake once or twice, and says how."""
    names = []
    for _ in range(scene.random.choice([1, 1, 1, 2])):
        change = scene.random.choice(MUTATIONS)
        try:
            change(scene)
            names.append(change.__name__)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, pa.ArrowException, OSError):
            # What was changed before left nothing that this one could be made of.
            names.append(f"({change.__name__})")
    return " ".join(names)


def copied(source: Path, target: Path) -> None:
    """The lake again, in no time: files are links until they are written anew."""
    for folder, _, files in os.walk(source):
        inner = target / Path(folder).relative_to(source)
        inner.mkdir()
        for file in files:
            os.link(Path(folder) / file, inner / file)
