"""Reviews, and the word lists and logos that they judge by."""

from typing import Any

from reelmill.api import audit_shapes
from reelmill.api import censor_shapes as shapes
from reelmill.api.ops.registry import Call, operation
from reelmill.services import audits, censors, jobs, logos, word_lists


@operation("SubmitMediaCensorJob")
def submit(call: Call) -> dict[str, Any]:
    p = call.p
    words = {"title": p["Title"] or "", "description": p["Description"] or "", "barrage": p["Barrages"] or ""}
    job = censors.submit(
        call.ctx,
        call.caller,
        call.request_id,
        input=p["Input"],
        config=p["VideoCensorConfig"],
        images=p["CoverImages"] or [],
        words=words,
        pipeline_id=p["PipelineId"],
        user_data=p["UserData"],
    )
    return {"JobId": job}


@operation("QueryMediaCensorJobDetail")
def detail(call: Call) -> dict[str, Any]:
    p = call.p
    row, frames, token = censors.detail(
        call.ctx, call.caller, p["JobId"], token_text=p["NextPageToken"], size=p["MaximumPageSize"]
    )
    return {"MediaCensorJobDetail": shapes.detail(row, frames, token)}


@operation("QueryMediaCensorJobList")
def query(call: Call) -> dict[str, Any]:
    """By ids when there are some, else by the filters."""
    p, kind = call.p, censors.JOB
    if p["JobIds"]:
        rows, missing = jobs.query(call.ctx, call.caller, kind, p["JobIds"])
        return {"MediaCensorJobList": [shapes.job(row) for row in rows], "NonExistIds": missing}
    filters = {
        "state": p["State"],
        "pipeline_id": p["PipelineId"],
        "start_ms": p["StartOfJobCreatedTimeRange"],
        "end_ms": p["EndOfJobCreatedTimeRange"],
        "token_text": p["NextPageToken"],
        "size": p["MaximumPageSize"],
    }
    rows, token = jobs.list_(call.ctx, call.caller, kind, **filters)
    return {"MediaCensorJobList": [shapes.job(row) for row in rows], "NextPageToken": token}


@operation("ImAudit")
async def audit(call: Call) -> dict[str, Any]:
    p = call.p
    asked = {"scenes": p["Scenes"], "images": p["Images"] or [], "texts": p["Contents"] or []}
    return audit_shapes.answer(*await audits.audit_now(call.ctx, call.caller, call.request_id, **asked))


@operation("AddCensorWordList")
def add_words(call: Call) -> dict[str, Any]:
    p = call.p
    given = {"name": p["Name"], "words": p["Words"], "label": p["Label"], "suggestion": p["Suggestion"]}
    return {"CensorWordList": shapes.word_list(word_lists.add(call.ctx, call.caller, **given))}


@operation("ListCensorWordLists")
def list_words(call: Call) -> dict[str, Any]:
    return {"CensorWordLists": [shapes.word_list(row) for row in word_lists.list_(call.ctx, call.caller)]}


@operation("UpdateCensorWordList")
def update_words(call: Call) -> dict[str, Any]:
    p = call.p
    given = {"name": p["Name"], "words": p["Words"], "label": p["Label"], "suggestion": p["Suggestion"]}
    return {"CensorWordList": shapes.word_list(word_lists.update(call.ctx, call.caller, p["Id"], **given))}


@operation("DeleteCensorWordList")
def delete_words(call: Call) -> dict[str, Any]:
    word_lists.delete(call.ctx, call.caller, call.p["Id"])
    return {"Id": call.p["Id"]}


@operation("AddCensorLogo")
async def add_logo(call: Call) -> dict[str, Any]:
    return {"CensorLogo": shapes.logo(await logos.add(call.ctx, call.caller, **_logo(call)), picture=False)}


@operation("ListCensorLogos")
def list_logos(call: Call) -> dict[str, Any]:
    rows = logos.list_(call.ctx, call.caller)
    return {"CensorLogos": [shapes.logo(row, picture=call.p["IncludePicture"]) for row in rows]}


@operation("UpdateCensorLogo")
async def update_logo(call: Call) -> dict[str, Any]:
    row = await logos.update(call.ctx, call.caller, call.p["Id"], **_logo(call))
    return {"CensorLogo": shapes.logo(row, picture=False)}


@operation("DeleteCensorLogo")
def delete_logo(call: Call) -> dict[str, Any]:
    logos.delete(call.ctx, call.caller, call.p["Id"])
    return {"Id": call.p["Id"]}


def _logo(call: Call) -> dict[str, Any]:
    """What a request says of a logo."""
    return {name.lower(): call.p[name] for name in ("Name", "Input", "Picture", "Label", "Suggestion")}
