"""Charts as inline SVG by pygal: text stays text, colours follow the page, and nothing runs."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.evaluation.intervals import Interval
from pipelines.text import one_line

# Narrow, so that letters stay readable on a phone, where the whole is scaled to the screen.
_WIDTH = 480
_BAR_HEIGHT = 15
_LONGEST_LABEL = 24
_INK, _SOFT = "var(--ink)", "var(--soft)"
_COLOURS = tuple(
    f"var(--{place})" for place in ("first", "second", "third", "fourth", "fifth", "sixth")
)
_SHARES = (0, 0.25, 0.5, 0.75, 1)
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG without styles, and the styles that it needs, which belong into the page's own."""

    svg: str
    css: str


def bars(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Interval | None]],
) -> Chart:
    """Draw shares as bars, one group for each label, with their confidence intervals.

    `name` tells the charts of a page apart; `title` is what a screen reader says.
    """
    pygal = _pygal()
    rows = len(labels) * len(series)
    height = 90 + _BAR_HEIGHT * (rows + len(labels))
    chart = pygal.HorizontalBar(**_settings(height, _SHARES))
    chart.x_labels = [one_line(label, _LONGEST_LABEL) for label in reversed(labels)]
    for shown, values in series.items():
        chart.add(shown, [_bar(value) for value in reversed(values)])
    return _drawn(chart, name, title)


def lines(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
) -> Chart:
    """Draw shares over time, one line for each name of `series`."""
    chart = _pygal().Line(**_settings(280, _SHARES), **_over_time(labels))
    for shown, values in series.items():
        chart.add(shown, list(values))
    return _drawn(chart, name, title)


def amounts(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
) -> Chart:
    """Draw amounts of any size over time, one line for each name of `series`."""
    ticks = _ticks(max((v for values in series.values() for v in values if v), default=0))
    chart = _pygal().Line(**_settings(280, ticks), **_over_time(labels))
    for shown, values in series.items():
        chart.add(shown, list(values))
    return _drawn(chart, name, title)


def stacked(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
) -> Chart:
    """Draw counts over time as columns, the names of `series` on top of each other."""
    ticks = _ticks(max(map(sum, zip(*series.values(), strict=True)), default=0))
    chart = _pygal().StackedBar(**_settings(280, ticks), **_over_time(labels))
    for shown, values in series.items():
        chart.add(shown, list(values))
    return _drawn(chart, name, title)


def _over_time(labels: Sequence[str]) -> dict[str, Any]:
    """Return the settings of a time axis, of whose labels some six are shown."""
    return {
        "x_labels": list(labels),
        "x_labels_major": list(labels)[:: max(1, len(labels) // 6)],
        "x_label_rotation": 30,
        "show_minor_x_labels": False,
    }


def _ticks(top: float) -> list[float]:
    """Return round numbers from 0 to `top` or a little more, whole ones from 5 on."""
    step = 10.0 ** math.floor(math.log10(top / _TICKS)) if top else 1
    step = next(step * nice for nice in (1, 2, 5, 10) if step * nice * _TICKS >= top)
    return [round(step * place, 9) for place in range(math.ceil(top / step - 1e-9) + 1)]


def _pygal() -> Any:
    """Import pygal, which takes a third of a second, without the hook that it leaves behind.

    The hook finds charts of other packages; under it, Python warns at each later import.
    """
    import pygal

    hooks = [hook for hook in sys.meta_path if type(hook).__name__ == "PluginImportFixer"]
    for hook in hooks:
        sys.meta_path.remove(hook)
    return pygal


def _bar(value: Interval | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"value": value.mean, "ci": {"low": value.low, "high": value.high}}


def _settings(height: int, ticks: Sequence[float]) -> dict[str, Any]:
    from pygal.style import Style

    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=_INK,
        foreground_strong=_INK,
        foreground_subtle=_SOFT,
        guide_stroke_color=_SOFT,
        major_guide_stroke_color=_SOFT,
        colors=_COLOURS,
        font_family="inherit",
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=12,
        opacity=".85",
        transition="0s",
    )
    return {
        "style": style,
        "js": (),
        "width": _WIDTH,
        "height": height,
        "range": (0, ticks[-1] or 1),
        "y_labels": list(ticks),
        "legend_at_bottom": True,
        "legend_box_size": 10,
        "disable_xml_declaration": True,
    }


def _drawn(chart: Any, name: str, title: str) -> Chart:
    """Render a chart under a fixed id, with its styles apart, and without script and tooltips."""
    styles: list[str] = []

    def stripped(root: Any) -> Any:
        root.set("role", "img")
        root.set("aria-label", title)
        for parent in root.iter():
            for child in list(parent):
                if child.tag == "style":
                    styles.append(child.text)
                if _is_dropped(child):
                    parent.remove(child)
                elif "id" in child.attrib:
                    del child.attrib["id"]  # the same in every chart
        return root

    chart.uuid = name
    chart.add_xml_filter(stripped)
    return Chart(chart.render(is_unicode=True), "\n".join(styles))


def _is_dropped(node: Any) -> bool:
    # A comment's tag is a function, and pygal's comments name hosts.
    named = callable(node.tag) or node.tag in ("script", "style", "title", "desc")
    return named or "tooltip-overlay" in node.get("class", "")
