"""AccessKey pairs of the own account."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import accounts


@operation("ListAccessKeys")
def list_(call: Call) -> dict[str, Any]:
    return {
        "AccessKeys": [shapes.access_key(row) for row in accounts.list_keys(call.ctx.database, call.caller.account)]
    }


@operation("AddAccessKey")
def add(call: Call) -> dict[str, Any]:
    return {"AccessKey": shapes.access_key(accounts.add(call.ctx, call.caller, call.p["Role"]), secret=True)}


@operation("UpdateAccessKey")
def update(call: Call) -> dict[str, Any]:
    return {
        "AccessKey": shapes.access_key(
            accounts.change(call.ctx, call.caller, call.p["UserAccessKeyId"], call.p["Role"], call.p["State"])
        )
    }


@operation("RotateAccessKey")
def rotate(call: Call) -> dict[str, Any]:
    return {
        "AccessKey": shapes.access_key(accounts.rotate(call.ctx, call.caller, call.p["UserAccessKeyId"]), secret=True)
    }


@operation("DeleteAccessKey")
def delete(call: Call) -> dict[str, Any]:
    accounts.remove(call.ctx, call.caller, call.p["UserAccessKeyId"])
    return {}
