"""English on a Chinese page."""

from playwright.sync_api import Page

# Text in monospace is somebody's own: names, codes, commands, JSON. What ffmpeg said stands in brackets.
_SCRIPT = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (holder.closest("pre, code, .mono, script, style, textarea") || !holder.checkVisibility()) continue;
    if (/(?:[A-Za-z][a-z']+[,;:]? ){3}[a-z']{2,}/.test(node.data.replace(/[(（][^)）]*[)）]/g, ""))) found.push(node.data.trim());
  }
  return found;
}"""  # noqa: E501


def sentences(page: Page) -> list[str]:
    """Texts on the page that hold four English words in a row."""
    found: list[str] = page.evaluate(_SCRIPT)
    return found
