"""The silent baseline of an input bucket."""

from itertools import islice

from reelmill.core import clock
from reelmill.objects.buckets import Buckets
from reelmill.store import seen
from reelmill.store.database import Database

_CHUNK = 2000


def baseline(database: Database, buckets: Buckets, bucket: str) -> int:
    """Remember every object that lies there now; how many. Blocks while it lists."""
    listing, count = buckets[bucket].listing(), 0
    while chunk := {key: seen.Seen(stat.version) for key, stat in islice(listing, _CHUNK)}:
        with database.write() as tx:
            seen.record(tx, bucket, chunk, clock.now_ms())
        count += len(chunk)
    return count
