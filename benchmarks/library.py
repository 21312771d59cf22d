"""A library as a busy year leaves it: media with titles, tags and categories, each with a run and its job. Made
straight in the database, fast: SQLite or PostgreSQL."""

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from reelmill.core import clock, words
from reelmill.store import migrate
from reelmill.store.database import Database
from reelmill.store.postgresql import SCHEMA
from reelmill.store.text_index import EXECUTION_SEARCH, MEDIA_SEARCH

ACCOUNT, REGION, LOCATION = "default", "cn-hangzhou", "oss-cn-hangzhou"
STATES = ("Initiated", "Published", "UnPublish")
STEP_MS = 15_000
_CHINESE = "春夏秋冬山水风云城市旅行美食音乐电影新闻体育教育科技健康家庭"
_INFO = json.dumps(
    {
        "format": {
            "format_name": "mov,mp4,m4a,3gp,3g2,mj2",
            "format_long_name": "QuickTime / MOV",
            "duration": "63.480000",
            "size": "18874368",
            "bit_rate": "2378000",
            "nb_streams": 2,
            "nb_programs": 0,
            "start_time": "0.000000",
            "tags": {
                "major_brand": "isom",
                "minor_version": "512",
                "compatible_brands": "isomiso2avc1mp41",
                "encoder": "Lavf",
            },
        },
        "streams": [
            {
                "index": 0,
                "codec_type": "video",
                "codec_name": "h264",
                "codec_long_name": "H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10",
                "profile": "High",
                "width": 1920,
                "height": 1080,
                "has_b_frames": 2,
                "sample_aspect_ratio": "1:1",
                "display_aspect_ratio": "16:9",
                "pix_fmt": "yuv420p",
                "level": 40,
                "r_frame_rate": "25/1",
                "avg_frame_rate": "25/1",
                "time_base": "1/12800",
                "start_time": "0.000000",
                "duration": "63.480000",
                "bit_rate": "2240000",
                "nb_frames": "1587",
                "disposition": {"default": 1, "attached_pic": 0},
            },
            {
                "index": 1,
                "codec_type": "audio",
                "codec_name": "aac",
                "codec_long_name": "AAC (Advanced Audio Coding)",
                "sample_fmt": "fltp",
                "sample_rate": "48000",
                "channels": 2,
                "channel_layout": "stereo",
                "time_base": "1/48000",
                "start_time": "0.000000",
                "duration": "63.480000",
                "bit_rate": "128000",
                "nb_frames": "2976",
            },
        ],
    }
)


def vocabulary() -> list[str]:
    """3000 words, the first ones the most frequent."""
    chance = random.Random(7)
    return [
        "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(chance.randint(3, 9))) for _ in range(3000)
    ]


def id_of(kind: int, number: int) -> str:
    """The id of the n-th thing of a kind."""
    return f"{kind:04x}{number:028x}"


def start_ms(url: str) -> int:
    """When the first media of this library was made; the last one is as old as the library itself. 0 when there is
    none."""
    if migrate.current(url) is None:
        return 0
    database = Database(url)
    try:
        with database.read() as tx:
            return int(tx.execute(sa.text("select created_ms from media order by seq limit 1")).scalar() or 0)
    finally:
        database.close()


def fill(url: str, count: int, runs: int) -> float:
    """`count` media; the newest `runs` of them have a run with two activities and a job. The database must be empty;
    indexes are made at the end. Its size then, in MB."""
    migrate.upgrade(url)
    return (_sqlite if url.startswith("sqlite") else _postgresql)(url, list(_tables(count, runs)))


Rows = tuple[str, Iterator[dict[str, Any]]]


def _tables(count: int, runs: int) -> Iterator[Rows]:
    first, start = count - runs, clock.now_ms() - count * STEP_MS  # runs that are older than 90 days are not listed
    yield "media", _media(count, start)
    yield "executions", (_execution(n, start) for n in range(first, count))
    yield "activities", (a for n in range(first, count) for a in _activities(n, start))
    yield "jobs", (_job(n, start) for n in range(first, count))


_COUNTS = (
    "insert into media_counts select account, region, publish_state, cate_id, count(*) from media group by 1, 2, 3, 4",
    "insert into execution_counts select account, region, state, count(*) from executions group by 1, 2, 3",
)


def _sqlite(url: str, tables: list[Rows]) -> float:
    path = Path(url.removeprefix("sqlite:///"))
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = off", "journal_mode = off", "cache_size = -200000", "temp_store = memory"):
        db.execute(f"pragma {pragma}")
    later = db.execute("select name, sql from sqlite_master where type = 'index' and sql is not null").fetchall()
    for name, _ in later:
        db.execute(f"drop index {name}")
    for trigger in ("add", "change", "remove"):
        db.execute(f"drop trigger media_search_{trigger}")
        db.execute(f"drop trigger execution_search_{trigger}")
    db.execute("begin")
    for table, rows in tables:
        _insert(db, table, rows)
    for statement in _COUNTS:
        db.execute(statement)
    for index in ("media_search", "execution_search"):
        db.execute(f"insert into {index}({index}) values ('rebuild')")  # noqa: S608 - our own names
    for _, sql in later:
        db.execute(sql)
    for statement in (*MEDIA_SEARCH[1:], *EXECUTION_SEARCH[1:]):
        db.execute(statement)
    db.execute("commit")
    db.execute("pragma journal_mode = wal")
    db.close()
    return path.stat().st_size / 1e6


def _postgresql(url: str, tables: list[Rows]) -> float:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"set search_path = {SCHEMA}")
        db.execute("set maintenance_work_mem = '1GB'")
        # what a constraint rests on stays
        made = "select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = any(%s)"
        own = " and not exists (select from pg_constraint where conname = indexname)"
        later = db.execute(made + own, [["media_search", *(table for table, _ in tables)]]).fetchall()
        for name, _ in later:
            db.execute(f"drop index {name}")
        db.execute("alter table media disable trigger media_search_keep")
        for table, rows in tables:
            _copy(db, table, rows)
        db.execute(
            "insert into media_search select seq, rpad(words, greatest(2100, length(words))) from media order by seq"
        )
        db.execute("alter table media enable trigger media_search_keep")
        for statement in (*_COUNTS, *(sql for _, sql in later)):
            db.execute(statement)
        db.execute("vacuum analyze")
        size = db.execute("select pg_database_size(current_database())").fetchone()
    return size[0] / 1e6 if size else 0.0


def _copy(db: "psycopg.Connection[Any]", table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = list(first)
    with db.cursor().copy(f"copy {table} ({', '.join(names)}) from stdin") as copy:
        copy.write_row([first[name] for name in names])
        for row in rows:
            copy.write_row([row[name] for name in names])


def _insert(db: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = list(first)
    text = "insert into {} ({}) values ({})".format(table, ", ".join(names), ", ".join("?" * len(names)))  # noqa: S608
    db.execute(text, [first[name] for name in names])
    db.executemany(text, ([row[name] for name in names] for row in rows))


def _owned(account: str = ACCOUNT) -> dict[str, Any]:
    return {"account": account, "region": REGION}


def _media(count: int, start: int) -> Iterator[dict[str, Any]]:
    """Words by Zipf's law, 200 tags, 50 categories, every tenth title Chinese, one in twenty of another account, one in
    fifty deleted."""
    chance, known = random.Random(11), vocabulary()
    weights, total = [], 0.0
    for place in range(len(known)):
        total += 1 / (place + 1)
        weights.append(total)
    for number in range(count):
        chosen = chance.choices(known, cum_weights=weights, k=6)
        title = (
            "".join(chance.choices(_CHINESE, k=6)) + f" {number}"
            if number % 10 == 0
            else f"{' '.join(chosen[:4])} {number:07d}"
        )
        tags = [f"tag{n}" for n in chance.sample(range(200), 2)]
        state = "Deleted" if number % 50 == 49 else STATES[number % 3]
        row = {
            **_owned("other" if number % 20 == 19 else ACCOUNT),
            "id": id_of(1, number),
            "bucket": "films",
            "location": LOCATION,
            "object": f"{number % 365}/clip-{number}.mp4",
            "title": title,
            "description": " ".join(chosen[4:]),
            "cate_id": number % 50,
            "tags": json.dumps(tags),
            "publish_state": state,
            "created_ms": start + number * STEP_MS,
            "info": _INFO,
        }
        row["words"] = words.of_media(
            row["account"], REGION, row["object"], title, row["description"], tags, row["cate_id"], state
        )
        yield row


def _execution(number: int, start: int) -> dict[str, Any]:
    return {
        **_owned("other" if number % 20 == 19 else ACCOUNT),
        "run_id": id_of(2, number),
        "workflow_id": id_of(3, number % 40),
        "workflow_name": f"workflow {number % 40}",
        "media_id": id_of(1, number),
        "state": "Fail" if number % 1000 == 7 else "Completed",
        "cancelled": 0,
        "bucket": "films",
        "location": LOCATION,
        "object": f"{number % 365}/clip-{number}.mp4",
        "total": 2,
        "done": 2,
        "failed": int(number % 1000 == 7),
        "created_ms": start + number * STEP_MS,
        "finished_ms": start + number * STEP_MS + 9000,
        "graph": json.dumps({"activities": {}, "templates": {}, "pipeline_id": id_of(4, 0)}),
    }


def _activities(number: int, start: int) -> Iterator[dict[str, Any]]:
    for place, (name, kind) in enumerate((("start", "Start"), ("hd", "Transcode"))):
        yield {
            "run_id": id_of(2, number),
            "name": name,
            "place": place,
            "type": kind,
            "state": "Success",
            "job_id": id_of(5, number) if place else None,
            "started_ms": start + number * STEP_MS,
            "finished_ms": start + number * STEP_MS + 9000,
        }


def _job(number: int, start: int) -> dict[str, Any]:
    request = {
        "Input": {"Bucket": "films", "Location": LOCATION, "Object": f"clip-{number}.mp4"},
        "Output": {"OutputObject": "o", "TemplateId": "S00000001-200020"},
    }
    return {
        **_owned("other" if number % 20 == 19 else ACCOUNT),
        "id": id_of(5, number),
        "batch_id": id_of(6, number),
        "run_id": id_of(2, number),
        "activity": "hd",
        "kind": "Transcode",
        "pipeline_id": id_of(4, number % 4),
        "state": "Fail" if number % 1000 == 7 else "Success",
        "percent": 100,
        "request": json.dumps(request),
        "spec": "{}",
        "result": json.dumps({"bucket": "out", "object": f"{number}.mp4", "properties": json.loads(_INFO)}),
        "created_ms": start + number * STEP_MS,
        "started_ms": start + number * STEP_MS,
        "finished_ms": start + number * STEP_MS + 9000,
    }
