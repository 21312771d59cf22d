"""Every table; those of what accounts choose stand in account_tables. All carry account and region; times are
milliseconds since 1970 (`_ms`); JSON is text.

`seq` columns give order (newest first = seq descending) and the position behind page tokens.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

import reelmill.store.backfill_tables
import reelmill.store.censor_tables
import reelmill.store.fingerprint_tables
import reelmill.store.message_tables
import reelmill.store.reuse_tables
import reelmill.store.version_tables  # noqa: F401
from reelmill.store import text_index
from reelmill.store.account_tables import (
    access_keys,
    bucket_owners,
    buckets,
    categories,
    pipelines,
    sessions,
    templates,
    uploads,
    users,
    watermarks,
    workflows,
)
from reelmill.store.columns import metadata, owner, seq

__all__ = [
    "access_keys",
    "activities",
    "batches",
    "bucket_owners",
    "buckets",
    "categories",
    "clock_steps",
    "execution_counts",
    "executions",
    "jobs",
    "media",
    "media_counts",
    "media_outputs",
    "metadata",
    "outbox",
    "pipelines",
    "seen_objects",
    "sessions",
    "tasks",
    "templates",
    "uploads",
    "users",
    "watermarks",
    "workflows",
    "written",
]

# Every completed object of the input buckets that intake has dealt with: what is here starts nothing again.
seen_objects = Table(
    "seen_objects",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("object", Text, primary_key=True),
    Column("version", String(64), nullable=False),  # MTIME_NS-SIZE
    Column("sha256", String(64), nullable=False, server_default=""),  # only with skip_unchanged
    Column("seen_ms", BigInteger, nullable=False),
    Column("completed_ms", BigInteger, nullable=False, server_default="0"),  # by these two an object that
    Column("digest", String(64), nullable=False, server_default=""),  # got another time is known again
)

# Which source each entry object was made of last: a run of an older version must not replace what a newer one made.
written = Table(
    "written",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("object", Text, primary_key=True),
    Column(
        "source_bucket", String(64), nullable=False
    ),  # the input of the run, or the source of a job that was submitted by itself
    Column("source_object", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("turn", BigInteger, nullable=False),  # as in batches: of two runs the later one has the greater
)

# Every object that was published: its type, and the output that it belongs to (as in media_outputs: the entry, or the
# {Count} template of a series of pictures).
parts = Table(
    "parts",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("object", Text, primary_key=True),
    Column("type", String(128), nullable=False),
    Column("output", Text, nullable=False),
    Column("version", String(64), nullable=False, server_default=""),  # of the object when it was published
)

# Where a clock that had gone ahead was set back: behind these places `created_ms` of a table begins to rise anew.
clock_steps = Table(
    "clock_steps",
    metadata,
    Column("of", String(32), primary_key=True),  # the table
    Column("after", BigInteger, primary_key=True, autoincrement=False),  # the last seq before the step
)

media = Table(
    "media",
    metadata,
    seq(),
    *owner(),
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
    Column("words", Text, nullable=False, server_default=""),  # core.words.of_media: everything by which it is found
    Column(
        "created_ms", BigInteger, nullable=False, index=True
    ),  # see owned.made_at: a range of time is a range of seq
    # Last, because SQLite reads through what stands before a column.
    Column("info", Text, nullable=False, server_default=""),  # ffprobe's JSON of the input, "" until a Start succeeded
    UniqueConstraint("account", "region", "bucket", "object", name="uq_media_object"),
)

# How many media an account has, by what lists are narrowed down with most often: a total need not count a million rows.
media_counts = Table(
    "media_counts",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("region", String(64), primary_key=True),
    Column("publish_state", String(16), primary_key=True),
    Column("cate_id", BigInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

# What executions made for a media: one row per output object (an HLS rendition counts once, by its playlist).
media_outputs = Table(
    "media_outputs",
    metadata,
    seq(),
    *owner(),
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
)

executions = Table(
    "executions",
    metadata,
    seq(),
    *owner(),
    Column("run_id", String(32), nullable=False, unique=True),
    Column("workflow_id", String(32), nullable=False),
    Column("workflow_name", Text, nullable=False),
    Column("media_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # Running | Completed | Fail
    Column("cancelled", Boolean, nullable=False, server_default=text("false")),
    Column("bucket", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("user_data", Text, nullable=False, server_default=""),
    Column("trigger_key", Text, unique=True),  # NULL for AddMedia: it always starts a run
    Column("total", Integer, nullable=False),  # activities; how many of them are final, and how many have failed
    Column("done", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False, index=True),  # see owned.made_at
    Column("finished_ms", BigInteger),
    # JSON: activities with checked parameters, templates, pipeline; copied at the start. Last, because SQLite reads
    # through what stands before a column
    Column("graph", Text, nullable=False),
    Column(
        "version", String(64), nullable=False, server_default=""
    ),  # of the input when the run began, as in seen_objects
    Index("ix_execution_workflow", "workflow_id", "account", "region", "seq"),
    Index("ix_execution_name", "workflow_name", "account", "region", "seq"),
    Index("ix_execution_media", "media_id", "account", "region", "seq"),
    Index(
        "ix_execution_list", "account", "region", "seq", "object"
    ),  # searches by a part of a name too short for the index below read this alone
    Index("ix_execution_state", "account", "region", "state", "seq"),
    Index(
        "ix_execution_cancelled",
        "account",
        "region",
        "seq",
        "state",
        "cancelled",
        sqlite_where=text("cancelled"),
        postgresql_where=text("cancelled"),
    ),
    Index(
        "ix_execution_failed",
        "account",
        "region",
        "seq",
        "failed",
        sqlite_where=text("failed > 0"),
        postgresql_where=text("failed > 0"),
    ),
)

# How many runs an account has in each state: the first page of the console tells it, twice a second while things move.
execution_counts = Table(
    "execution_counts",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("region", String(64), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

WAITING = "state = 'Waiting'"  # what the inbox of the reviewers asks, in the very words of its index

activities = Table(
    "activities",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("place", Integer, nullable=False),  # order of the topology
    Column("type", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # Init | Running | Waiting | Retrying | Success | Fail | Skipped
    Column("job_id", String(32)),
    Column("code", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", Text, nullable=False, server_default="{}"),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column("message_key", String(128)),  # key of its message in the outbox
    # JSON: what became of its message to a queue or topic (message_id or error_code); "": there was none
    Column("message_result", Text, nullable=False, server_default=""),
    Column(
        "attempt", Integer, nullable=False, server_default="1"
    ),  # of the activity; a run that goes on makes the next
    Column("gate", String(8), nullable=False, server_default=""),  # stop: nothing behind it is done
    Column("decision", Text, nullable=False, server_default=""),  # JSON of core.model.Decision; "": there was none
    Column("reason", Text, nullable=False, server_default=""),  # why it was skipped, or what its condition looked at
    Column(
        "tries", Integer, nullable=False, server_default="0"
    ),  # attempts that its Retry has begun since it was begun
    Column("retry_at_ms", BigInteger),  # when its Retry begins the next
    Index("ix_activity_waiting", "run_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    Index(
        "ix_activity_retry",
        "retry_at_ms",
        sqlite_where=text("retry_at_ms is not null"),
        postgresql_where=text("retry_at_ms is not null"),
    ),
)

# Attempts of activities before the one that `activities` tells of.
activity_attempts = Table(
    "activity_attempts",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("job_id", String(32)),
    Column("code", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", Text, nullable=False, server_default="{}"),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column("message_key", String(128)),
    Column("message_result", Text, nullable=False, server_default=""),
    Column("gate", String(8), nullable=False, server_default=""),
    Column("decision", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
)

batches = Table(
    "batches",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("run_id", String(32)),
    Column("pipeline_id", String(32), nullable=False),
    Column(
        "kind", String(32), nullable=False
    ),  # node name: Start, Transcode, Snapshot, MediaInfo, GenerateMasterPlayList
    Column("lane", String(8), nullable=False),
    Column("priority", Integer, nullable=False),  # 10 first
    Column(
        "turn", BigInteger, nullable=False
    ),  # place of its run's first batch: among equal priorities the least goes first, so that runs end one after the other  # noqa: E501
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("source_bucket", String(64)),
    Column("source_location", String(64)),
    Column("source_object", Text),
    Column("created_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column(
        "held", Text, nullable=False, server_default=""
    ),  # what it waits for besides its turn (a full disk, a storage that is away); "": nothing
    # of the node when it was admitted: the engine knows the work by it. "": begun before nodes had versions
    Column("node_version", String(32), nullable=False, server_default=""),
    Column("piece_ms", Integer),  # how long its pieces are since workers died in longer ones; NULL: as the setting says
    Column(
        "version", String(64), nullable=False, server_default=""
    ),  # of the source when the work was asked for, as in seen_objects
    Index("ix_batch_queue", "state", "lane", "pipeline_id", "priority", "turn", "seq"),
    Index("ix_batch_run", "run_id"),
    Index("ix_batch_pipeline", "pipeline_id", "state", "priority", "turn", "seq"),
    Index("ix_batch_held", "seq", sqlite_where=text("held <> ''"), postgresql_where=text("held <> ''")),
)

# What was done for a batch, command by command: for people who want to know. Nothing is decided by it; the work store
# and DBOS know the truth.
tasks = Table(
    "tasks",
    metadata,
    Column("batch_id", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("place", Integer, nullable=False),  # order in which they were asked for
    Column("jobs", Text, nullable=False),  # JSON: ids of the jobs that it serves
    Column("state", String(16), nullable=False),  # Init | Running | Success | Fail | Skipped
    Column("commands", Text, nullable=False, server_default="[]"),  # JSON: command lines, quoted for a shell
    Column("log", Text, nullable=False, server_default=""),  # the last lines of the tools
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Index("ix_task_finished", "finished_ms"),
)

jobs = Table(
    "jobs",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("batch_id", String(32), nullable=False, index=True),
    Column("run_id", String(32), index=True),
    Column("activity", Text),
    Column("kind", String(32), nullable=False),
    Column("pipeline_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("percent", Integer, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False, index=True),  # see owned.made_at
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column(
        "request", Text, nullable=False, server_default="{}"
    ),  # what the caller asked for, echoed by Query operations
    Column("spec", Text, nullable=False),  # what the node works from
    Column("result", Text, nullable=False, server_default="{}"),
    Column("code", Text, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("failure", Text, nullable=False, server_default=""),  # JSON of core.errors.Failure
    Column("user_data", Text, nullable=False, server_default=""),
    Column("message_result", Text, nullable=False, server_default=""),  # as that of activities
    Column("reused_from", String(32), nullable=False, server_default=""),  # the run that made its outputs; "": it did
    Index("ix_job_list", "account", "region", "kind", "seq"),
    Index("ix_job_list_state", "account", "region", "kind", "state", "seq"),
    Index("ix_job_pipeline", "pipeline_id", "account", "region", "kind", "seq"),
    Index("ix_job_pipeline_state", "pipeline_id", "account", "region", "kind", "state", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    seq(),
    *owner(),
    Column("key", String(128), nullable=False, unique=True),  # stable: the receiver can know a repeat by it
    Column("body", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
    Column("error", Text, nullable=False, server_default=""),
    # messages of one stream, such as a run, keep their order; "": none
    Column("stream", String(64), nullable=False, server_default=""),
    Index("ix_outbox_due", "sent_ms", "next_ms"),
    Index(
        "ix_outbox_stream",
        "stream",
        "seq",
        sqlite_where=text("sent_ms is null"),
        postgresql_where=text("sent_ms is null"),
    ),
)

text_index.follow(media)
text_index.follow(executions)
