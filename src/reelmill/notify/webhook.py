"""Messages of webhooks: what they say, to whom they go, and how they are signed (Standard Webhooks). Pure."""

import fnmatch
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from reelmill.core import clock, jsonx

# every event that is told, and what it is about; docs and the API's checks are made from this
EVENTS = {
    "execution.started": "a run has begun",
    "execution.finished": "a run has ended; State says how",
    "execution.waiting": "an activity of a run waits for a decision",
    "activity.started": "an activity of a run has begun",
    "activity.finished": "an activity of a run has ended, or was skipped",
    "job.finished": "a job that was submitted by itself has ended",
    "media.published": "a media was published",
    "media.deleted": "a media was deleted",
}
TEST = "webhook.test"
LONGEST_MS = 3 * 86_400_000  # then a message is parked
_SLOWEST = 3600.0


def wants(patterns: str, type: str) -> bool:
    """Whether a comma list of patterns such as `execution.*` names an event."""
    return any(fnmatch.fnmatchcase(type, pattern.strip()) for pattern in patterns.split(","))


def strange(patterns: Sequence[str]) -> list[str]:
    """Those of the patterns that no event fits."""
    return [p for p in patterns if not any(fnmatch.fnmatchcase(type, p) for type in (*EVENTS, TEST))]


def plain(type: str, now_ms: int, data: Mapping[str, Any]) -> str:
    """The usual body."""
    return jsonx.dumps({"type": type, "timestamp": clock.iso_exact(now_ms), "data": dict(data)})


def cloud_event(source: str, event_id: str, type: str, now_ms: int, data: Mapping[str, Any]) -> str:
    """The same as CloudEvents 1.0 in structured mode."""
    return jsonx.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": source,
            "type": type,
            "time": clock.iso_exact(now_ms),
            "datacontenttype": "application/json",
            "data": dict(data),
        }
    )


def heads(secrets: Sequence[str], key: str, now_ms: int, body: str, format: str) -> dict[str, str]:
    """Headers of a message: signed by every secret that is good now, so that a receiver may still have the old one."""
    moment = datetime.fromtimestamp(now_ms // 1000, UTC)
    signatures = [Webhook(secret).sign(key, moment, body) for secret in secrets]
    heads = {
        "content-type": "application/cloudevents+json; charset=utf-8"
        if format == "CloudEvents"
        else "application/json; charset=utf-8",
        "webhook-id": key,
        "webhook-timestamp": str(now_ms // 1000),
    }
    return heads | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def good_secrets(secrets: Sequence[Mapping[str, Any]], now_ms: int) -> list[str]:
    """Those that are good at this moment, the newest first."""
    return [s["secret"] for s in secrets if s["until_ms"] is None or s["until_ms"] > now_ms]


def next_delay(tries: int, spread: float) -> float:
    """Seconds to wait after `tries` failed tries: 1, 2, 4 ... an hour, and up to a tenth (`spread`: 0 to 1) more."""
    return min(_SLOWEST, 2.0 ** min(max(tries, 1) - 1, 12)) * (1 + spread / 10)
