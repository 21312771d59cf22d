"""`python -m reelmill.cli.gendocs`: writes the reference pages and the API's description, which are made from the code.
House tests keep them in step."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reelmill.api import openapi
from reelmill.api.pages import pages
from reelmill.api.support_matrix import support_matrix_markdown
from reelmill.console import catalogue
from reelmill.core import errors, failpoints
from reelmill.core.fields import written
from reelmill.engine import graph
from reelmill.engine.registry import nodes
from reelmill.media import ledger
from reelmill.settings import PREFIX, table

_NOTE = "<!-- Made by `python -m reelmill.cli.gendocs`. Change the code, not this page. -->\n"


def settings_page() -> str:
    """Every setting with flag, variable, unit, default and meaning."""
    rows = []
    for name, about in table().items():
        default = f"{about.shown} {about.unit}".strip()
        rows.append(
            f"| `{name}` | `--{name.replace('_', '-')}` | `{PREFIX}{name.upper()}` | {_cell(default)} | "
            f"{_cell(about.meaning)} |"
        )
    return (
        f"# Settings\n{_NOTE}\n"
        "A flag wins over the environment, the environment over the TOML file `HOME/reelmill.toml` (or the file "
        "given by `--config` or\n"
        "`REELMILL_CONFIG`). In the file a setting is written by its name, for example `port = 8600`. A wrong value "
        "or an unknown name stops the\n"
        "start with a message that names the setting, where it came from and what to do. An empty variable counts "
        "as not set.\n\n"
        "| name | flag | variable | default | meaning |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def errors_page() -> str:
    """Every error code with its HTTP status and message."""
    rows = [f"| `{code}` | {status} | {_cell(message)} |" for code, (status, message) in errors.CODES.items()]
    return (
        f"# Error codes\n{_NOTE}\n"
        "An error answer holds `Code`, `Message`, `RequestId`, `HostId`, and, when a document has several faults, "
        "`Problems` with the path of each.\n"
        "Jobs and activities that failed carry one of the same codes. `%s` stands for the name of the parameter or "
        "resource.\n\n"
        "| code | HTTP | message |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def failpoints_page() -> str:
    """Every named moment at which a test can kill the process; the meaning is the comment beside the name in the
    code."""
    source = Path(failpoints.__file__).read_text(encoding="utf-8")
    comments = dict(re.findall(r'^    "([^"]+)",(?:\s+# (.+))?$', source, re.MULTILINE))
    rows = [f"| `{name}` | {_cell(comments.get(name, ''))} |" for name in failpoints.POINTS]
    return (
        f"# Fail points\n{_NOTE}\n"
        "`REELMILL_FAILPOINT='NAME[:NTH]' ./mill serve` kills the process with SIGKILL the NTH time (default: the "
        "first) it passes the named place.\n"
        "The crash tests kill at each of them and look at what a restart makes of it.\n\n"
        "| name | what is so at this moment |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def transcoding_page() -> str:
    """Every field and preset of a transcode, done or refused."""
    return ledger.page(_NOTE)


def nodes_page() -> str:
    """Every activity type with its words, lane, predecessors and parameters."""
    parts = [
        f"# Activity types\n{_NOTE}\nWhat may stand in a topology. *Lane* says which capacity of the host a job of "
        f"this type takes; instant types take none.\n"
    ]
    for name, node in sorted(nodes().items(), key=lambda item: (item[0] not in graph.activity_types(), item[0])):
        if name not in graph.activity_types():  # no topology may hold it
            parts.append(
                f"## {name} (no activity)\n\n{node.help}\n\nSubmitted by itself through the API; lane: {node.lane}.\n"
            )
            continue
        facts = [f"lane: {'instant' if node.job is None else node.lane}"]
        if node.aliases:
            facts.append("also written: " + ", ".join(f"`{word}`" for word in node.aliases))
        if node.predecessors:
            facts.append("may follow: " + ", ".join(f"`{word}`" for word in sorted(node.predecessors)))
        parts.append(f"## {name}\n\n{node.help or node.label or name}\n\n{'; '.join(facts)}.\n")
        rows = "\n".join(_parameters(node.schema))
        parts.append(f"| parameter | what it may be | meaning |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def _parameters(schema: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """A row for each parameter and what lies in it, as declared."""
    for name, part in schema.get("properties", {}).items():
        place, inner = f"{above}{name}", part.get("items", part)
        kind = _kind(part) + (", required" if name in schema.get("required", ()) else "")
        about = f"{part['title']}. {part.get('description', '')}".strip()
        yield f"| `{place}` | {_cell(kind)} | {_cell(about)} |"
        yield from _parameters(inner, f"{place}[]." if part["type"] == "array" else f"{place}.")


def _kind(part: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    words = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}
    kind = words.get(part["type"], part["type"])
    if "enum" in part:
        kind = " or ".join(f"`{word}`" for word in part["enum"])
    elif "maximum" in part:
        low = f"above {part['exclusiveMinimum']}" if "exclusiveMinimum" in part else f"from {part['minimum']}"
        kind += f" {low} to {part['maximum']}"
    elif "maxItems" in part:
        kind += f" of {part['minItems']} to {part['maxItems']}"
    if part.get("x-json-string"):
        kind += ", nested or as JSON in a string"
    kind += f", {part['x-unit']}" if "x-unit" in part else ""
    if "default" in part:
        kind += f", usually `{written(part['default'])}`"
    aliases = ", ".join(f"`{word}`" for word in part.get("x-aliases", ()))
    return kind + (f", also written {aliases}" if aliases else "")


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "failpoints.md": failpoints_page,
    "nodes.md": nodes_page,
    "transcoding.md": transcoding_page,
    "operations.md": support_matrix_markdown,
}


def openapi_file() -> str:
    """The OpenAPI document, laid out for diffs; the console's types are generated from it."""
    return json.dumps(openapi.published(), indent=1, ensure_ascii=False) + "\n"


def formats_file() -> str:
    """What the console's template form offers."""
    return json.dumps(catalogue.formats(), indent=1, ensure_ascii=False) + "\n"


def _operation_files() -> dict[str, Callable[[], str]]:
    return {f"docs/reference/operations/{name}": lambda text=text: text for name, text in pages().items()}  # type: ignore[misc]


FILES: dict[str, Callable[[], str]] = (
    {f"docs/reference/{name}": page for name, page in PAGES.items()}
    | {"console/openapi.json": openapi_file, "console/src/api/formats.json": formats_file}
    | _operation_files()
)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write every page into the checkout."""
    root = Path(__file__).parents[3]
    for name, page in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(page(), encoding="utf-8")
    for page_of_old in set((root / "docs/reference/operations").glob("*.md")) - {root / name for name in FILES}:
        page_of_old.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
