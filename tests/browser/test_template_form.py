"""The form of templates offers all that templates can say, and only what goes together."""

import re

from playwright.sync_api import Page, expect

from browser.conftest import settled, shot, sign_in
from running import Running


def choose(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.click()
    for _ in range(20):  # lists show what is in sight
        option = page.locator(".ant-select-item-option", has_text=re.compile(f"^{re.escape(value)}")).last
        if option.is_visible():
            return option.click()
        page.keyboard.press("ArrowDown")


def body(server: Running, name: str) -> dict[str, dict[str, object]]:
    (found,) = (one for one in server.client.call("SearchTemplate")["TemplateList"]["Template"] if one["Name"] == name)
    return found


def test_a_template_is_made_of_fields_that_few_need(page: Page, server: Running) -> None:
    sign_in(page, server, "/templates/new")
    page.get_by_label("Name", exact=True).fill("archive")
    choose(page, "Codec", "H.265")
    page.get_by_text("Average bit rate").click()
    page.get_by_text("All other settings").click()
    page.get_by_label("Cut to").fill("border")
    choose(page, "Pixel format", "yuv420p10le")
    choose(page, "Mode", "twopass")
    settled(page)
    shot(page, "all other settings of a template")
    page.get_by_role("button", name="Create template").click()
    expect(page).to_have_url(re.compile(r"/templates$"))
    made = body(server, "archive")
    assert {"Codec": "H.265", "Crop": "border", "PixFmt": "yuv420p10le"}.items() <= made["Video"].items()
    assert "Profile" not in made["Video"] or not made["Video"]["Profile"], "H.265 has none"
    assert made["TransConfig"]["TransMode"] == "twopass"


def test_an_animation_has_its_own_settings_and_no_sound(page: Page, server: Running) -> None:
    sign_in(page, server, "/templates/new")
    page.get_by_label("Name", exact=True).fill("moving")
    choose(page, "Container", "GIF")
    expect(page.get_by_label("With audio")).to_have_count(0)
    expect(page.get_by_text("Quality is set by")).to_have_count(0)
    page.get_by_text("All other settings").click()
    page.get_by_label("Loops").fill("3")
    page.get_by_role("button", name="Create template").click()
    expect(page).to_have_url(re.compile(r"/templates$"))
    made = body(server, "moving")
    assert made["Video"]["Codec"] == "GIF" and str(made["MuxConfig"]["Gif"]["Loop"]) == "3"  # type: ignore[index]


def test_what_the_server_refuses_stands_at_its_field(page: Page, server: Running) -> None:
    sign_in(page, server, "/templates/new")
    page.get_by_label("Name", exact=True).fill("wrong")
    page.get_by_text("All other settings").click()
    page.get_by_label("Cut to").fill("everything")
    page.get_by_role("button", name="Create template").click()
    field = page.locator('[data-path*="Crop"]')
    expect(field.locator(".sf-problem")).to_be_visible()
