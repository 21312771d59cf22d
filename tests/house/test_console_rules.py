"""What the page knows of the server is what the server says: its types, and the bounds and choices of its template
form."""

import re
from hashlib import sha256
from pathlib import Path

from reelmill.media.template_fields import FIELDS

CONSOLE = Path(__file__).parents[2] / "console"
FORM = (CONSOLE / "src/pages/templates/body.ts").read_text(encoding="utf-8")


def test_the_types_of_the_page_are_made_of_the_present_openapi_document() -> None:
    made_of = (CONSOLE / "src/api/schema.d.ts").read_text(encoding="utf-8").splitlines()[0]
    assert sha256((CONSOLE / "openapi.json").read_bytes()).hexdigest() in made_of, "run: (cd console && npm run gen)"


def test_the_template_form_has_the_bounds_of_the_server() -> None:
    bounds = {
        (s, f): (float(low), float(high))
        for s, f, low, high in re.findall(r'"(\w+)\.(\w+)": \{ min: ([\d.]+), max: ([\d_.]+)', FORM)
    }
    assert len(bounds) >= 10
    for (section, name), (low, high) in bounds.items():
        schema = FIELDS[section][name].schema
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        assert least is not None, f"{section}.{name}"
        assert (high, low >= least) == (schema["maximum"], True) and low - least < 0.1, f"{section}.{name}"


def test_the_template_form_offers_what_the_server_can() -> None:
    def offered(name: str) -> set[str]:
        found = re.search(rf"export const {name} = \[(.*?)\]", FORM)
        assert found, name
        return set(re.findall(r'"([^"]+)"', found[1]))

    assert offered("PRESETS") == set(FIELDS["Video"]["Preset"].schema["enum"])
