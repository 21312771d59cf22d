"""Tables of what was made before, by its content key (engine.content)."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from reelmill.store.columns import metadata, owner, seq

# SHA-256 of sources that were read once already.
contents = Table(
    "contents",
    metadata,
    Column("entry", String(32), primary_key=True),  # objects.fetch.entry: bucket, object and its version
    Column("sha256", String(64), nullable=False),
    Column("read_ms", BigInteger, nullable=False),
)

# Jobs of runs whose workflow reuses what was made, and how their outputs looked when they were published.
made = Table(
    "made",
    metadata,
    seq(),
    *owner(),
    Column("content", String(64), nullable=False),  # the content key
    Column("job_id", String(32), nullable=False, unique=True),
    Column("workflow_id", String(32), nullable=False),
    Column("run_id", String(32), nullable=False),
    Column("origin", String(32), nullable=False),  # the run that made it in the first place
    Column("places", Text, nullable=False),  # JSON: [[bucket, key]] where its outputs were to go
    # JSON: [{"bucket", "output" as in parts, "objects": [[key, type, version]], the entry last}]
    Column("published", Text, nullable=False),
    Column("read", Text, nullable=False),  # JSON: [[bucket, key, version]] of what it read besides its source
    Column("made_ms", BigInteger, nullable=False),
    Index("ix_made_content", "content", "account", "region", "seq"),
    Index("ix_made_age", "made_ms"),
)
