"""The media library."""

from typing import Any

from reelmill.api import shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.core import jsonx
from reelmill.services import finding, intake, library
from reelmill.store.database import Row
from reelmill.store.search import Question


@operation("AddMedia")
def add(call: Call) -> dict[str, Any]:
    p = call.p
    row = intake.add_media(
        call.ctx,
        call.caller,
        file_url=p["FileURL"],
        workflow_id=p["MediaWorkflowId"],
        user_data=p["MediaWorkflowUserData"],
        input_unbind=p["InputUnbind"],
        override_params=jsonx.dumps(p["OverrideParams"]) if p["OverrideParams"] else None,
        title=p["Title"],
        tags=p["Tags"],
        description=p["Description"],
        cate_id=p["CateId"],
        cover_url=p["CoverURL"],
    )
    return {"Media": shapes.media(library.query(call.ctx, call.caller, [row["id"]])[0][0], call.ctx.base_url)}


@operation("QueryMediaList")
def query(call: Call) -> dict[str, Any]:
    rows, missing = library.query(call.ctx, call.caller, call.p["MediaIds"])
    return {"MediaList": [_asked(call, r) for r in rows], "NonExistMediaIds": missing}


@operation("QueryMediaListByURL")
def query_by_url(call: Call) -> dict[str, Any]:
    rows, missing = library.query_by_url(call.ctx, call.caller, call.p["FileURLs"])
    return {"MediaList": [_asked(call, r) for r in rows], "NonExistFileURLs": missing}


@operation("UpdateMedia")
def update(call: Call) -> dict[str, Any]:
    p = call.p
    row = library.update(
        call.ctx,
        call.caller,
        p["MediaId"],
        title=p["Title"],
        description=p["Description"],
        cate_id=p["CateId"],
        tags=p["Tags"],
        cover_url=p["CoverURL"],
    )
    return {"Media": shapes.media(row, call.ctx.base_url)}


@operation("UpdateMediaCover")
def update_cover(call: Call) -> dict[str, Any]:
    library.update_cover(call.ctx, call.caller, call.p["MediaId"], call.p["CoverURL"])
    return {}


@operation("UpdateMediaPublishState")
def update_publish_state(call: Call) -> dict[str, Any]:
    library.update_publish_state(call.ctx, call.caller, call.p["MediaId"], call.p["Publish"])
    return {}


@operation("UpdateMediaCategory")
def update_category(call: Call) -> dict[str, Any]:
    library.update_category(call.ctx, call.caller, call.p["MediaId"], call.p["CateId"])
    return {}


@operation("AddMediaTag")
def add_tag(call: Call) -> dict[str, Any]:
    library.add_tag(call.ctx, call.caller, call.p["MediaId"], call.p["Tag"])
    return {}


@operation("DeleteMediaTag")
def delete_tag(call: Call) -> dict[str, Any]:
    library.delete_tag(call.ctx, call.caller, call.p["MediaId"], call.p["Tag"])
    return {}


@operation("ListMedia")
def list_(call: Call) -> dict[str, Any]:
    p = call.p
    rows, token = finding.list_(
        call.ctx, call.caller, Question(start_ms=p["From"], end_ms=p["To"]), p["NextPageToken"], p["MaximumPageSize"]
    )
    return {"MediaList": [shapes.media(r, call.ctx.base_url) for r in rows], "NextPageToken": token}


@operation("SearchMedia")
def search(call: Call) -> dict[str, Any]:
    p = call.p
    question = Question(
        title=p["Title"] or (),
        description=p["Description"] or (),
        anywhere=p["KeyWord"] or (),
        tags=p["Tag"] or (),
        cate_ids=p["CateId"] or (),
        states=p["PublishState"] or (),
        start_ms=p["From"],
        end_ms=p["To"],
    )
    found = finding.find(
        call.ctx,
        call.caller,
        question,
        number=p["PageNumber"],
        size=p["PageSize"],
        token_text=p["NextPageToken"],
        ascending=p["SortBy"] == "CreationTime:Asc",
    )
    listed = [shapes.media(r, call.ctx.base_url) | {"LastRunFailed": r["last_failed"]} for r in found.rows]
    return {
        "MediaList": listed,
        "NextPageToken": found.next_token,
        "PageNumber": p["PageNumber"],
        "PageSize": p["PageSize"],
        "TotalNum": found.total,
        "TotalCount": found.total,
        "TotalIsAtLeast": found.at_least,
    }


@operation("DeleteMedia")
def delete(call: Call) -> dict[str, Any]:
    library.delete(call.ctx, call.caller, call.p["MediaIds"])
    return {}


def _asked(call: Call, row: Row) -> dict[str, Any]:
    """A media with the parts that the Include flags ask for. There are no summaries yet, so that list stays empty."""
    p, base = call.p, call.ctx.base_url
    parts = shapes.media_parts(
        row, base, info=p["IncludeMediaInfo"], plays=p["IncludePlayList"], snapshots=p["IncludeSnapshotList"]
    )
    return shapes.media(row, base) | parts
