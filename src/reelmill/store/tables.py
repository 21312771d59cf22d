"""Every table. All carry account and region; times are milliseconds since 1970 (`_ms`); JSON is text.

`seq` columns give order (newest first = seq descending) and the position behind page tokens.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text

metadata = MetaData()
_Seq = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY by itself


def _seq() -> Column[int]:
    return Column("seq", _Seq, primary_key=True, autoincrement=True)


def _owner() -> tuple[Column[str], Column[str]]:
    return Column("account", String(64), nullable=False), Column("region", String(64), nullable=False)


access_keys = Table(
    "access_keys", metadata,
    Column("id", String(128), primary_key=True),
    Column("secret", String(256), nullable=False),
    Column("account", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # Active | Inactive
    Column("created_ms", BigInteger, nullable=False),
)  # fmt: skip

buckets = Table(
    "buckets", metadata, _seq(), *_owner(),
    Column("name", String(64), nullable=False),
    Column("type", String(8), nullable=False),  # Input | Output
    Column("referer", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("name", "type", name="uq_bucket"),  # a name means one folder, whoever binds it
)  # fmt: skip

# Every completed object of the input buckets that intake has dealt with: what is here starts nothing again.
seen_objects = Table(
    "seen_objects", metadata,
    Column("bucket", String(64), primary_key=True),
    Column("object", Text, primary_key=True),
    Column("version", String(64), nullable=False),  # MTIME_NS-SIZE
    Column("sha256", String(64), nullable=False, server_default=""),  # only with skip_unchanged
    Column("seen_ms", BigInteger, nullable=False),
)  # fmt: skip

pipelines = Table(
    "pipelines", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # Active | Paused | Deleted
    Column("speed", String(32), nullable=False),
    Column("speed_level", Integer),
    Column("role", Text, nullable=False, server_default=""),
    Column("notify", Text, nullable=False, server_default="{}"),
    Column("max_concurrency", Integer),  # NULL: the setting
    Column("created_ms", BigInteger, nullable=False),
)  # fmt: skip

templates = Table(
    "templates", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # Normal | Deleted
    Column("body", Text, nullable=False),  # {"Container","Video","Audio","TransConfig","MuxConfig"}
    Column("created_ms", BigInteger, nullable=False),
)  # fmt: skip

workflows = Table(
    "workflows", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("topology", Text, nullable=False),  # verbatim
    Column("trigger_mode", String(16), nullable=False),  # OssAutoTrigger | NotInAuto
    Column("state", String(16), nullable=False),  # Active | Inactive | Deleted
    Column("input_bucket", String(64), nullable=False),
    Column("input_prefix", Text, nullable=False),
    Column("active_since_ms", BigInteger, nullable=False),  # objects completed before this moment start nothing
    Column("created_ms", BigInteger, nullable=False),
    Index("ix_workflow_input", "input_bucket", "state"),
    Index("uq_workflow_name", "account", "region", "name", unique=True, sqlite_where=text("state != 'Deleted'"), postgresql_where=text("state != 'Deleted'")),
)  # fmt: skip

media = Table(
    "media", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("bucket", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("cate_id", BigInteger, nullable=False, server_default="0"),
    Column("cover_url", Text, nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("publish_state", String(16), nullable=False),  # Initiated | Published | UnPublish | Deleted
    Column("censor_state", String(16), nullable=False, server_default="Initiated"),
    Column("info", Text, nullable=False, server_default=""),  # ffprobe's JSON of the input, "" until a Start succeeded
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("account", "region", "bucket", "object", name="uq_media_object"),
)  # fmt: skip

# What executions made for a media: one row per output object (an HLS rendition counts once, by its playlist).
media_outputs = Table(
    "media_outputs", metadata, _seq(), *_owner(),
    Column("media_id", String(32), nullable=False, index=True),
    Column("run_id", String(32), nullable=False),
    Column("workflow_id", String(32), nullable=False),
    Column("workflow_name", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # Play | Snapshot | Master
    Column("bucket", String(64), nullable=False),
    Column("object", Text, nullable=False),  # the entry; a sequence of pictures holds its {Count} template
    Column("body", Text, nullable=False),  # JSON facts (format, size, bitrate, fps, width, height, duration, count)
    Column("public", Boolean, nullable=False),
    UniqueConstraint("run_id", "activity", "object", name="uq_output"),
    Index("ix_output_object", "bucket", "object"),
)  # fmt: skip

executions = Table(
    "executions", metadata, _seq(), *_owner(),
    Column("run_id", String(32), nullable=False, unique=True),
    Column("workflow_id", String(32), nullable=False, index=True),
    Column("workflow_name", Text, nullable=False),
    Column("media_id", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False),  # Running | Completed | Fail
    Column("cancelled", Boolean, nullable=False, server_default=text("false")),
    Column("bucket", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("user_data", Text, nullable=False, server_default=""),
    Column("trigger_key", Text, unique=True),  # NULL for AddMedia: it always starts a run
    Column("graph", Text, nullable=False),  # JSON: activities with checked parameters, templates, pipeline; copied at the start
    Column("created_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
)  # fmt: skip

activities = Table(
    "activities", metadata,
    Column("run_id", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("place", Integer, nullable=False),  # order of the topology
    Column("type", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # Init | Running | Success | Fail | Skipped
    Column("job_id", String(32)),
    Column("code", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", Text, nullable=False, server_default="{}"),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column("message_key", String(128)),  # key of its message in the outbox
)  # fmt: skip

batches = Table(
    "batches", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("run_id", String(32)),
    Column("pipeline_id", String(32), nullable=False),
    Column("kind", String(32), nullable=False),  # node name: Start, Transcode, Snapshot, MediaInfo, GenerateMasterPlayList
    Column("lane", String(8), nullable=False),
    Column("priority", Integer, nullable=False),  # 10 first
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("source_bucket", String(64)),
    Column("source_location", String(64)),
    Column("source_object", Text),
    Column("created_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Index("ix_batch_queue", "state", "lane", "pipeline_id", "priority", "seq"),
    Index("ix_batch_run", "run_id"),
)  # fmt: skip

jobs = Table(
    "jobs", metadata, _seq(), *_owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("batch_id", String(32), nullable=False, index=True),
    Column("run_id", String(32), index=True),
    Column("activity", Text),
    Column("kind", String(32), nullable=False),
    Column("pipeline_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("percent", Integer, nullable=False, server_default="0"),
    Column("request", Text, nullable=False, server_default="{}"),  # what the caller asked for, echoed by Query operations
    Column("spec", Text, nullable=False),  # what the node works from
    Column("result", Text, nullable=False, server_default="{}"),
    Column("code", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("failure", Text, nullable=False, server_default=""),  # JSON of core.errors.Failure
    Column("user_data", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Index("ix_job_list", "account", "region", "kind", "seq"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata, _seq(), *_owner(),
    Column("key", String(128), nullable=False, unique=True),  # stable: the receiver can know a repeat by it
    Column("body", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "sent_ms", "next_ms"),
)  # fmt: skip
