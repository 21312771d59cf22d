"""Everything of the console that is no operation of the API, as routes for the HTTP front."""

from pathlib import Path

from starlette.routing import BaseRoute

from reelmill.console import bundle, catalogue, events, signin, upload
from reelmill.services.context import AppContext


def routes(ctx: AppContext, feed: events.Feed, folder: Path = bundle.FOLDER) -> list[BaseRoute]:
    """`feed` tells what changes, `folder` holds the built page."""
    return [
        *signin.route(ctx),
        *catalogue.route(ctx),
        *events.route(ctx, feed),
        *upload.route(ctx),
        *bundle.routes(folder),
    ]
