from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from tests.trends.test_alerts import DAYS, as_table, quiet, with_event

from sentilens.errors import ConfigError
from sentilens.report import plot_trends
from sentilens.trends import find_alerts


@pytest.fixture
def axes() -> Any:
    return Figure().add_subplot()


@pytest.fixture(scope="module")
def table() -> Any:
    return as_table(with_event(quiet(), 1, slice(DAYS - 1, None), 60))


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_alerts_are_marked_at_their_points(axes: Any, table: Any) -> None:
    alerts = find_alerts(table, latest_only=True)
    ax = plot_trends(table, "n_complaints", ax=axes, alerts=alerts)
    marks = [text for text in ax.texts if text.get_text() in "▲▼"]
    told = alerts[alerts["metric"] == "n_complaints"]
    assert [mark.get_text() for mark in marks] == ["▲"]
    assert [mark.xy[1] for mark in marks] == told["observed"].tolist()
    assert len(told) == 1


def test_alerts_of_lines_that_are_not_drawn_are_left_out(axes: Any, table: Any) -> None:
    alerts = find_alerts(table, latest_only=True).assign(brand="Nordkraft")
    assert not {"▲", "▼"} & set(texts(plot_trends(table, "n_complaints", ax=axes, alerts=alerts)))
    with pytest.raises(ConfigError, match="'brand'"):
        plot_trends(table, "n_posts", ax=axes, alerts=find_alerts(table.collapse(())))


def test_events_are_upright_lines_with_labels(axes: Any, table: Any) -> None:
    events = pd.DataFrame({"date": ["2025-03-09", "2020-01-01"], "label": ["New $prices$", "long ago"]})
    ax = plot_trends(table, "n_posts", ax=axes, events=events)
    assert "New $prices$" in texts(ax)
    assert "long ago" not in texts(ax)
    line = next(line for line in ax.lines if len(set(line.get_xdata())) == 1)
    assert line.get_xdata()[0] == pd.Timestamp("2025-03-09").value // 86_400 // 10**9


@pytest.mark.parametrize("events", [pd.DataFrame({"day": ["2025-03-09"]}), pd.DataFrame({"date": ["soon"], "label": ["x"]})])
def test_other_events_are_refused(axes: Any, table: Any, events: pd.DataFrame) -> None:
    with pytest.raises(ConfigError) as caught:
        plot_trends(table, "n_posts", ax=axes, events=events)
    assert caught.value.reason == "bad_events"
