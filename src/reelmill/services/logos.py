"""Logos of the user's own that reviews look for: a picture from a bucket or from the request, made small and kept with
the library, so that every worker has it and a later change of the file changes nothing."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.media import logos as pictures
from reelmill.media import thumbnail
from reelmill.services import jobs
from reelmill.services.context import AppContext
from reelmill.store import logos
from reelmill.store.database import Row

MOST = 20  # each is looked for in every sample


async def add(
    ctx: AppContext,
    caller: Caller,
    *,
    name: str,
    input: Mapping[str, Any] | None,
    picture: str | None,
    label: str,
    suggestion: str,
) -> Row:
    """A new logo, of `input` (an object) or `picture` (base64); reviews that are judged from now on look for it."""
    drawn = await _drawn(ctx, caller, input, picture)
    if drawn is None:
        raise CallerError("MissingParameter", "Input", "Give the picture of the logo by Input or by Picture.")
    logo_id, now = clock.new_id(), clock.now_ms()

    def make() -> Row:
        with ctx.database.write(alone="censor_logos") as tx:
            if logos.count(tx, caller) >= MOST:
                raise CallerError("PermissionDenied.ResourceQuotaExceed", "CensorLogo", f"{MOST} are allowed.")
            values = {"name": name, "label": label, "suggestion": suggestion, "created_ms": now, "changed_ms": now}
            logos.add(tx, caller, id=logo_id, **values, **drawn)
            return logos.find(tx, caller, [logo_id])[logo_id]

    return await asyncio.to_thread(ctx.database.repeated, make)


def list_(ctx: AppContext, caller: Caller) -> list[Row]:
    """All logos of the account, oldest first."""
    with ctx.database.read() as tx:
        return logos.of_account(tx, caller.account, caller.region)


async def update(
    ctx: AppContext,
    caller: Caller,
    logo_id: str,
    *,
    input: Mapping[str, Any] | None,
    picture: str | None,
    **given: str | None,
) -> Row:
    """Change what is given (not None); the rest stays."""
    drawn = await _drawn(ctx, caller, input, picture)
    values = {name: value for name, value in given.items() if value is not None} | (drawn or {})

    def make() -> Row:
        with ctx.database.write(alone="censor_logos") as tx:
            if not logos.change(tx, caller, logo_id, changed_ms=clock.now_ms(), **values):
                raise _gone(logo_id)
            return logos.find(tx, caller, [logo_id])[logo_id]

    return await asyncio.to_thread(ctx.database.repeated, make)


def delete(ctx: AppContext, caller: Caller, logo_id: str) -> None:
    with ctx.database.write(alone="censor_logos") as tx:
        if not logos.delete(tx, caller, logo_id):
            raise _gone(logo_id)


async def _drawn(
    ctx: AppContext, caller: Caller, input: Mapping[str, Any] | None, picture: str | None
) -> dict[str, Any] | None:
    """The columns of a picture, None when none is given."""
    if input is not None and picture is not None:
        raise CallerError("InvalidParameter", "Picture", "Give the picture by Input or by Picture, not by both.")
    if input is not None:
        data, origin = await asyncio.to_thread(_read, ctx, caller, input)
        return await _made(ctx, data, "Input") | origin
    if picture is None:
        return None
    try:
        data = base64.b64decode(picture, validate=True)
    except ValueError as error:
        raise CallerError("InvalidParameter.InvalidBase64Format", "Picture") from error
    return await _made(ctx, data, "Picture") | {"bucket": None, "object": None}


def _read(ctx: AppContext, caller: Caller, given: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    with ctx.database.read() as tx:
        ref = jobs.source_of(tx, ctx, caller, given)
    reader = ctx.objects[ref.bucket].open(ref.key)
    if reader is None:  # removed since it was found
        raise CallerError("ServiceUnavailable", detail="The object is being replaced; ask again.")
    with reader:
        return reader.read(0, pictures.MOST_FILE + 1), {"bucket": ref.bucket, "object": ref.key}


async def _made(ctx: AppContext, data: bytes, name: str) -> dict[str, Any]:
    if len(data) > pictures.MOST_FILE:
        text = f"The picture of a logo may have {pictures.MOST_FILE >> 20} MiB."
        raise CallerError("InvalidParameter.OutOfRange", name, text)
    kind = thumbnail.kind_of(data[: thumbnail.HEAD])
    if not kind:
        raise CallerError("InvalidParameter.ResourceNotSupported", name, "Logos are JPEG, PNG or WebP pictures.")
    printed = await ctx.thumbnails.printed(pictures.argv(kind), data, pictures.MOST_PRINTED)
    try:
        picture = pictures.pixels(printed)
    except ValueError as error:
        why = "It cannot be read as a picture, or it has more than 67 million pixels."
        raise CallerError("InvalidParameter.ResourceContentBad", name, why) from error
    if why := await asyncio.to_thread(pictures.problem, picture):
        raise CallerError("InvalidParameter.ResourceContentBad", name, why)
    kept = base64.b64encode(await asyncio.to_thread(pictures.png, picture)).decode()
    return {"width": picture.width, "height": picture.height, "picture": kept}


def _gone(logo_id: str) -> CallerError:
    return CallerError("InvalidParameter.ResourceNotFound", "Id", f'There is no logo "{logo_id}".')
