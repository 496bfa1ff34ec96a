"""Figures by day as charts: SVG files of their own, for an `<img>` on any page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from pipelines.analytics.figures import Counts, Figures
from pipelines.analytics.turns import OUTCOMES, Outcome
from pipelines.evaluation.charts import Chart, amounts, stacked
from pipelines.records import TIERS, Tier

ChartName = Literal["questions", "latency", "tiers"]
Language = Literal["zh", "en"]
Theme = Literal["light", "dark"]
CHARTS: tuple[ChartName, ...] = get_args(ChartName)

Series = dict[str, Sequence[float | None]]

_TITLES: Mapping[ChartName, Mapping[Language, str]] = {
    "questions": {"zh": "每天的提问及其处理结果", "en": "Questions by day and outcome"},
    "latency": {"zh": "每天的响应时间（秒）", "en": "Seconds to the answer, by day"},
    "tiers": {"zh": "每天回答引用的知识层", "en": "Tiers cited by day"},
}
_OUTCOMES: Mapping[Outcome, Mapping[Language, str]] = {
    "direct": {"zh": "标准答案", "en": "direct"},
    "grounded": {"zh": "据资料作答", "en": "grounded"},
    "refused": {"zh": "未能回答", "en": "refused"},
    "handed_off": {"zh": "转人工", "en": "handed off"},
    "degraded": {"zh": "降级引用", "en": "degraded"},
    "greeting": {"zh": "寒暄", "en": "greeting"},
}
_TIERS: Mapping[Tier, Mapping[Language, str]] = {
    "faq": {"zh": "常见问题", "en": "FAQ"},
    "dialogues": {"zh": "客服对话", "en": "dialogues"},
    "changelog": {"zh": "更新日志", "en": "changelog"},
}
_TIMES: Mapping[Language, tuple[str, str, str, str]] = {
    "zh": ("50% 完成", "95% 完成", "99% 完成", "95% 首字"),
    "en": ("50 % done", "95 % done", "99 % done", "95 % first words"),
}
# Told apart also by those who see few colours (Okabe and Ito, 2008), on paper and on black.
_COLOURS: Mapping[Theme, str] = {
    "light": "--ink:#22262b;--soft:#c9ced4;--first:#00795a;--second:#0072b2;--third:#d55e00;"
    "--fourth:#aa4499;--fifth:#e0a100;--sixth:#8a929a",
    "dark": "--ink:#e4e7ea;--soft:#49515a;--first:#2fb992;--second:#56b4e9;--third:#f08a4b;"
    "--fourth:#d98cc8;--fifth:#f0d452;--sixth:#9aa5b0",
}
_FONT = 'system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'


def chart(figures: Figures, name: ChartName, language: Language, theme: Theme) -> bytes:
    """Return one chart of the figures as an SVG file that loads and runs nothing.

    Its colours are in a `<style>` of its own: a page shows it in an `<img>`, whatever the page's
    policy; sent to be opened by itself, it needs `style-src 'unsafe-inline'`.
    """
    return _file(_DRAWN[name](figures, language), theme)


def _questions(figures: Figures, language: Language) -> Chart:
    series = {
        _OUTCOMES[outcome][language]: [day.outcomes[outcome] for day in figures.days.values()]
        for outcome in OUTCOMES
    }
    return stacked("questions", _TITLES["questions"][language], _labels(figures), series)


def _tiers(figures: Figures, language: Language) -> Chart:
    series = {
        _TIERS[tier][language]: [day.tiers[tier] for day in figures.days.values()] for tier in TIERS
    }
    return stacked("tiers", _TITLES["tiers"][language], _labels(figures), series)


def _latency(figures: Figures, language: Language) -> Chart:
    def seconds(of: Callable[[Counts], float | None]) -> list[float | None]:
        milliseconds = map(of, figures.days.values())
        return [None if one is None else one / 1000 for one in milliseconds]

    half, most, nearly_all, first = _TIMES[language]
    series = {
        half: seconds(lambda day: day.whole.p50),
        most: seconds(lambda day: day.whole.p95),
        nearly_all: seconds(lambda day: day.whole.p99),
        first: seconds(lambda day: day.first_piece.p95),
    }
    return amounts("latency", _TITLES["latency"][language], _labels(figures), series)


_DRAWN: Mapping[ChartName, Callable[[Figures, Language], Chart]] = {
    "questions": _questions,
    "latency": _latency,
    "tiers": _tiers,
}


def _labels(figures: Figures) -> list[str]:
    return [f"{day:%m-%d}" for day in figures.days]


def _file(drawn: Chart, theme: Theme) -> bytes:
    css = f"svg{{{_COLOURS[theme]};font-family:{_FONT}!important}}\n{drawn.css}"
    opening, closed, rest = drawn.svg.partition(">")
    return f"{opening}{closed}<style>{css}</style>{rest}".encode()
