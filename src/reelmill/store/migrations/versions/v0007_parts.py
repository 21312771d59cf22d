"""Which objects were published, with their types."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_ENTRIES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "flv": "video/x-flv",
}


def upgrade() -> None:
    """Add the table, and what is known of earlier outputs: until now their parts were told by their names."""
    made = op.create_table(
        "parts",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "object"),
    )
    connection = op.get_bind()
    outputs = connection.execute(
        sa.text(
            "select o.bucket as bucket, o.object as output, o.body as body, a.result as result from media_outputs o "
            "left join activities a on a.run_id = o.run_id and a.name = o.activity order by o.seq"
        )
    )
    known: dict[tuple[str, str], dict[str, str]] = {}
    for row in outputs.mappings():
        facts = json.loads(row["body"]) | json.loads(row["result"] or "{}")
        for key, kind in _objects(row["output"], facts):
            known[row["bucket"], key] = {"bucket": row["bucket"], "object": key, "type": kind, "output": row["output"]}
    rows = list(known.values())
    for at in range(0, len(rows), 1000):
        connection.execute(made.insert(), rows[at : at + 1000])


def _objects(output: str, facts: dict[str, object]) -> Iterator[tuple[str, str]]:
    """(object, type) of an output as it was named until now."""
    if "count" in facts:  # pictures
        for number in range(1, int(str(facts["count"])) + 1):
            yield output.replace("{Count}", f"{number:05d}"), "image/jpeg"
        return
    yield output, _ENTRIES.get(str(facts.get("format", "")), "application/octet-stream")
    for number in range(1, int(str(facts.get("segments") or 0)) + 1):
        yield f"{output.removesuffix('.m3u8')}-{number:05d}.ts", "video/mp2t"
