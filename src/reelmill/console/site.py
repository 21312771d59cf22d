"""Everything of the console that is no operation of the API, as routes for the HTTP front."""

from pathlib import Path

from starlette.routing import BaseRoute

from reelmill.console import bundle, catalogue, events, signin, upload
from reelmill.services.context import House


def routes(house: House, feed: events.Feed, folder: Path = bundle.FOLDER) -> list[BaseRoute]:
    """`feed` tells what changes, `folder` holds the built page."""
    return [
        *signin.route(house),
        *catalogue.route(house),
        *events.route(house, feed),
        *upload.route(house),
        *bundle.routes(folder),
    ]
