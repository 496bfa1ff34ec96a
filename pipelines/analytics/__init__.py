"""The conversation log in figures: what was asked by day, how it was answered, what was not.

    told = figures(settings, days=30)       # today among them; < 2 s, at once while nothing changes
    told.total.questions, told.total.outcomes["direct"], told.total.share("direct")
    for day, counts in told.days.items(): …
    for topic in (*told.unresolved, *told.handoffs): topic.example, topic.count, topic.reasons
    svg = chart(told, "questions", "zh", "dark")    # bytes of an SVG file, for an `<img>`

turns    the log as a table: one row for each question and its answer
topics   questions that are the same but for their wording, counted as one
figures  counts, shares, percentiles and topics of a span of days
tables   figures as Arrow tables
charts   figures -> SVG
"""

from pipelines.analytics.charts import CHARTS, ChartName, Language, Theme, chart
from pipelines.analytics.figures import (
    MOST_DAYS,
    Counts,
    Figures,
    Percentiles,
    figures,
    turns,
    unresolved,
)
from pipelines.analytics.tables import DAYS_SCHEMA, day_table
from pipelines.analytics.topics import Topic
from pipelines.analytics.turns import OUTCOMES, TURNS_SCHEMA, Outcome

__all__ = [
    "CHARTS",
    "DAYS_SCHEMA",
    "MOST_DAYS",
    "OUTCOMES",
    "TURNS_SCHEMA",
    "ChartName",
    "Counts",
    "Figures",
    "Language",
    "Outcome",
    "Percentiles",
    "Theme",
    "Topic",
    "chart",
    "day_table",
    "figures",
    "turns",
    "unresolved",
]
