"""What a page is held to, looked at in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from pipelines.gateway.access.session import COOKIE
from tests.console.conftest import cookie_of_session

# Runs in the page: returns what a person who sees or hears little would stumble over.
_STUMBLES = """() => {
  const found = [];
  const name = (e) => (e.getAttribute("aria-label") || e.labels?.[0]?.textContent
    || e.textContent || e.title || e.getAttribute("alt") || "").trim();
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  if (!document.documentElement.lang) found.push("no lang");
  if (!document.title.trim()) found.push("no title");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) {
    if (ids.filter((one) => one === id).length > 1) found.push(`id twice: ${id}`);
  }
  const named = "input:not([type=hidden]), select, textarea, button, a[href], [role=region], nav, "
    + "summary";
  for (const e of document.querySelectorAll(named)) {
    if (shown(e) && !name(e)) found.push(`no name: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll("img")) {
    if (!e.hasAttribute("alt")) found.push(`no alt: ${e.src}`);
  }
  let level = 1;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) {
    if (e.closest(".prose")) continue;
    const here = Number(e.tagName[1]);
    if (here > level + 1) found.push(`heading skips: ${e.textContent}`);
    level = here;
  }
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(") ? [...parts.slice(0, 3).map((p) => p * 255), parts[3] ?? 1]
      : [...parts.slice(0, 3), parts[3] ?? 1];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r / 255, g / 255, b / 255].map(
      (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [255, 255, 255, 1];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(e)) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [a, b] = [light(parse(style.color)), light(behind(e))].sort((x, y) => y - x);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    const words = walker.currentNode.textContent.trim().slice(0, 40);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${words}`);
  }
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`wider than the screen by ${wide}`);
  if (window.pwned) found.push("outside text ran");
  for (const e of document.querySelectorAll("script:not([src]), [style], iframe, object, embed")) {
    found.push(`not ours: ${e.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""


@dataclass
class Looked:
    """A page in a browser, and all that it did wrong so far."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the console."""
        self.page.goto(self.url + path)

    def look(self) -> list[str]:
        """Return what is wrong with the page as it is shown now, and with all before it."""
        stumbles = self.page.evaluate(_STUMBLES)
        return [*self.wrong, *(f"{self.page.url}: {one}" for one in stumbles)]


@contextmanager
def looking(browser: Browser, url: str, logged_in: bool = True, **how: Any) -> Iterator[Looked]:
    """Open a browser window on the console, logged in or not."""
    context = browser.new_context(base_url=url, **how)
    try:
        if logged_in:
            context.add_cookies([{"name": COOKIE, "value": cookie_of_session(), "url": url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        looked = Looked(page, url)
        host = urlsplit(url).netloc

        def requested(address: str) -> None:
            if urlsplit(address).netloc != host and not address.startswith("data:"):
                looked.wrong.append(f"asks {address}")

        page.on("request", lambda request: requested(request.url))
        page.on("pageerror", lambda error: looked.wrong.append(f"fails: {error}"))
        page.on(
            "console",
            lambda said: (
                looked.wrong.append(f"console: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        looked.go("/")
        yield looked
    finally:
        context.close()
