"""Categories of the media library."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import categories


@operation("AddCategory")
def add(call: Call) -> dict[str, Any]:
    return {"Category": shapes.category(categories.add(call.ctx, call.caller, call.p["CateName"], call.p["ParentId"]))}


@operation("UpdateCategoryName")
def rename(call: Call) -> dict[str, Any]:
    categories.rename(call.ctx, call.caller, call.p["CateId"], call.p["CateName"])
    return {}


@operation("DeleteCategory")
def delete(call: Call) -> dict[str, Any]:
    categories.delete(call.ctx, call.caller, call.p["CateId"])
    return {}


@operation("ListAllCategory")
def list_all(call: Call) -> dict[str, Any]:
    return {"CategoryList": [shapes.category(row) for row in categories.list_all(call.ctx, call.caller)]}


@operation("CategoryTree")
def tree(call: Call) -> dict[str, Any]:
    return {"CategoryTree": shapes.category_tree(categories.list_all(call.ctx, call.caller))}
