"""Media buckets."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import browse, buckets


@operation("BindInputBucket")
def bind_input(call: Call) -> dict[str, Any]:
    buckets.bind_input(call.ctx, call.caller, call.p["Bucket"], call.p["Referer"])
    return {}


@operation("BindOutputBucket")
def bind_output(call: Call) -> dict[str, Any]:
    buckets.bind_output(call.ctx, call.caller, call.p["Bucket"])
    return {}


@operation("UnbindInputBucket")
def unbind_input(call: Call) -> dict[str, Any]:
    buckets.unbind_input(call.ctx, call.caller, call.p["Bucket"])
    return {}


@operation("UnbindOutputBucket")
def unbind_output(call: Call) -> dict[str, Any]:
    buckets.unbind_output(call.ctx, call.caller, call.p["Bucket"])
    return {}


@operation("ListAllMediaBucket")
def list_all(call: Call) -> dict[str, Any]:
    rows, token = buckets.list_all(call.ctx, call.caller, call.p["NextPageToken"], call.p["MaximumPageSize"])
    return {"MediaBucketList": [shapes.bucket(r) for r in rows], "NextPageToken": token}


@operation("ListObjects")
def list_objects(call: Call) -> dict[str, Any]:
    p = call.p
    return browse.list_objects(
        call.ctx, call.caller, p["Bucket"], p["Prefix"] or "", p["NextPageToken"], p["MaximumPageSize"]
    )


@operation("SignURLs")
def sign(call: Call) -> dict[str, Any]:
    return {"URLs": browse.sign_urls(call.ctx, call.caller, call.p["URLs"])}
