"""Objects are known by what was recorded when they were published: their type, and the output that they belong to."""

import json
from pathlib import Path

import sqlalchemy as sa

import databases
from reelmill.store import media, migrate, parts
from reelmill.store.database import Database

OUTPUT = (
    "insert into media_outputs (account, region, media_id, run_id, workflow_id, workflow_name, activity, kind, bucket, "
    "object, body, public) values ('ann', 'r1', 'm', 'r', 'w', 'w', :activity, :kind, 'b', :object, :body, :public)"
)


def _output(tx: sa.Connection, activity: str, kind: str, key: str, body: str, public: bool) -> None:
    values = {"activity": activity, "kind": kind, "object": key, "body": body, "public": public}
    tx.execute(sa.text(OUTPUT), values)


def test_a_part_is_as_public_as_its_output(database: Database) -> None:
    with database.write() as tx:
        _output(tx, "a", "Play", "d/v.m3u8", "{}", True)
        _output(tx, "b", "Play", "d/w.m3u8", "{}", False)
        for name in ("v", "w"):
            parts.note(tx, "b", f"d/{name}.m3u8", [(f"d/{name}.m3u8", "list"), (f"d/{name}-00001.ts", "video/mp2t")])

    def readable(key: str) -> bool:
        with database.read() as tx:
            found = parts.find(tx, "b", key)
            return found is not None and media.is_public(tx, "b", found["output"])

    assert [readable(key) for key in ("d/v.m3u8", "d/v-00001.ts", "d/w-00001.ts", "d/v-00002.ts")] == [
        True,
        True,
        False,
        False,
    ]


def test_an_object_belongs_to_what_published_it_last(database: Database) -> None:
    with database.write() as tx:
        parts.note(tx, "b", "one.m3u8", [("one.m3u8", "list"), ("x", "video/mp2t")])
        parts.note(tx, "b", "x", [("x", "audio/ogg")])
    with database.read() as tx:
        assert parts.find(tx, "b", "x") == {
            "bucket": "b",
            "object": "x",
            "type": "audio/ogg",
            "output": "x",
            "version": "",
        }
        assert parts.find(tx, "c", "x") is None


def test_an_output_of_many_parts_is_recorded_whole(database: Database) -> None:
    with database.write() as tx:
        parts.note(tx, "b", "v.m3u8", [(f"v-{n:05d}.ts", "video/mp2t") for n in range(20_000)])
        parts.note(tx, "b", "v.m3u8", [(f"v-{n:05d}.ts", "video/mp2t") for n in range(20_001)])
    with database.read() as tx:
        assert tx.exec_driver_sql("select count(*) from parts").scalar() == 20_001


def test_what_was_published_before_parts_were_recorded_stays_what_it_was(kind: str, tmp_path: Path) -> None:
    """By what the activities told of it: how many segments, how many pictures."""
    url = databases.empty(kind, tmp_path)
    migrate.upgrade(url, "0006")
    database = Database(url)
    with database.write() as tx:
        for activity, what, key, body, result in (
            ("hls", "Play", "d/v.m3u8", {"format": "m3u8"}, {"segments": 2}),
            ("file", "Play", "d/v.flv", {"format": "flv"}, {}),
            ("series", "Snapshot", "d/s-{Count}.jpg", {"type": "Sequence", "count": 2}, {}),
            ("single", "Snapshot", "d/one.jpg", {"type": "Single", "count": 1}, {}),
        ):
            _output(tx, activity, what, key, json.dumps(body), True)
            tx.execute(
                sa.text(
                    "insert into activities (run_id, name, place, type, state, result) "
                    "values ('r', :name, 0, 't', 'Success', :result)"
                ),
                {"name": activity, "result": json.dumps(result)},
            )
    database.close()
    migrate.upgrade(url)
    database = Database(url)
    with database.read() as tx:
        rows = tx.execute(sa.text("select object, type, output from parts")).all()
    database.close()
    assert sorted(tuple(row) for row in rows) == [
        ("d/one.jpg", "image/jpeg", "d/one.jpg"),
        ("d/s-00001.jpg", "image/jpeg", "d/s-{Count}.jpg"),
        ("d/s-00002.jpg", "image/jpeg", "d/s-{Count}.jpg"),
        ("d/v-00001.ts", "video/mp2t", "d/v.m3u8"),
        ("d/v-00002.ts", "video/mp2t", "d/v.m3u8"),
        ("d/v.flv", "video/x-flv", "d/v.flv"),
        ("d/v.m3u8", "application/vnd.apple.mpegurl", "d/v.m3u8"),
    ]
