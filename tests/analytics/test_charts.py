"""Charts of figures: whole, safe, in both languages, and readable in a browser."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pipelines.analytics import CHARTS, ChartName, Figures, Language, Theme, chart, figures
from pipelines.settings import Settings
from tests.analytics.logged import TODAY, Log
from tests.gateway.served import serving

CHROMIUM = Path("/usr/bin/chromium")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def told(settings: Settings, log: Log) -> Figures:
    for back in range(3):
        day = TODAY - timedelta(days=back)
        log.add("怎么导出？", day=day, milliseconds=20.0 + back)
        log.refuse("附近有餐厅吗", day=day, milliseconds=4000.0)
        log.hand_off("转人工", day=day)
    return figures(settings, 7)


def texts(svg: bytes) -> set[str]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return {(node.text or "").strip() for node in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("theme", get_args(Theme))
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_one_svg_file_that_loads_and_runs_nothing(
    told: Figures, name: ChartName, theme: Theme
) -> None:
    svg = chart(told, name, "en", theme)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert {node.tag for node in root.iter()}.isdisjoint(
        {f"{SVG}{tag}" for tag in ("script", "image", "foreignObject", "use", "a")}
    )
    shown = (
        svg.decode()
        .replace("http://www.w3.org/2000/svg", "")
        .replace("http://www.w3.org/1999/xlink", "")
    )
    assert not re.search(r"https?:|url\(|@import|javascript:|<!--|\son\w+=|\sstyle=", shown)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("questions", {"标准答案", "未能回答", "转人工"}, {"direct", "refused", "handed off"}),
        ("latency", {"50% 完成", "95% 首字"}, {"50 % done", "95 % first words"}),
        ("tiers", {"常见问题", "更新日志"}, {"FAQ", "changelog"}),
    ],
)
def test_a_chart_speaks_chinese_and_english(
    told: Figures, name: ChartName, zh: set[str], en: set[str]
) -> None:
    wanted: tuple[tuple[Language, set[str]], ...] = (("zh", zh), ("en", en))
    for language, words in wanted:
        assert words <= texts(chart(told, name, language, "light"))
    assert b'aria-label="' in chart(told, name, "zh", "light")


@pytest.mark.parametrize("name", CHARTS)
def test_every_colour_that_a_chart_uses_is_in_its_theme(told: Figures, name: ChartName) -> None:
    light, dark = (chart(told, name, "en", theme).decode() for theme in get_args(Theme))
    assert light != dark
    for svg in (light, dark):
        given = set(re.findall(r"(--\w+):#", svg))
        assert set(re.findall(r"var\((--\w+)\)", svg)) <= given


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("days", [1, 2, 366])
def test_a_span_on_which_nobody_asked_is_a_chart_too(
    settings: Settings, name: ChartName, days: int
) -> None:
    ET.fromstring(chart(figures(settings, days), name, "zh", "dark"))  # noqa: S314 - our own


# The page's own policy, under which no style in it would hold.
POLICY = "default-src 'none'; img-src 'self'"
PAINTED = """async () => {
  const shown = document.images[0];
  await shown.decode();
  const canvas = new OffscreenCanvas(shown.naturalWidth, shown.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(shown, 0, 0);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const painted = {green: 0, orange: 0, black: 0};
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = data.slice(at, at + 4);
    painted.green += alpha > 200 && green > red + 60;
    painted.orange += alpha > 200 && red > blue + 60;
    painted.black += alpha > 200 && red + green + blue < 40;
  }
  return painted;
}"""


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no `{CHROMIUM}`: a browser is not installed")
def test_a_browser_paints_a_chart_in_its_colours_under_a_strict_policy(told: Figures) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    headers = {"Content-Security-Policy": POLICY}

    def page(request: Request) -> Response:
        return HTMLResponse("<!doctype html><img src=/chart.svg>", headers=headers)

    def picture(request: Request) -> Response:
        svg = chart(told, "questions", "zh", "dark")
        return Response(svg, media_type="image/svg+xml", headers=headers)

    app = Starlette(routes=[Route("/", page), Route("/chart.svg", picture)])
    with serving(app) as url, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(url)
        painted = shown.evaluate(PAINTED)
        browser.close()
    assert painted["green"] > 500
    assert painted["orange"] > 500
    assert painted["black"] == 0
