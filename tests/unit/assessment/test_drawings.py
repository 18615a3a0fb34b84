"""Where the marks of the profile's drawings stand."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.assessment.plots import PlotRow, make_plot
from app.assessment.shapes import make_multiple, make_radar

FIRST = datetime(2026, 10, 1, tzinfo=UTC)


def test_a_dot_plot_lays_levels_across_and_rows_down():
    """Level v lies at (v - 0.7) / 4.6 of the width: 1 at 6.52 %, 3 at half, 5 at 93.48 %."""
    rows = [PlotRow("A", "1.0 to 3.0", Fraction(1), Fraction(3), 5), PlotRow("B", "none", None, None, None)]
    plot = make_plot(rows, ("aware", "", "competent", "", "leading"), "A rose.")
    first, second = plot.marks
    assert (first.then_x, first.now_x, first.aim_x) == ("6.52%", "50.00%", "93.48%")
    assert (second.then_x, second.now_x, second.aim_x) == (None, None, None)
    assert second.line_y - first.line_y == second.text_y - first.text_y == 58
    assert [tick.x for tick in plot.ticks][::2] == ["6.52%", "50.00%", "93.48%"]
    assert plot.height > plot.bottom > second.line_y


def test_dates_lie_apart_as_in_time_and_a_gap_is_passed_over():
    scores = {FIRST: Fraction(1), FIRST + timedelta(days=30): None, FIRST + timedelta(days=90): Fraction(5)}
    drawn = make_multiple("A", "A over time", scores)
    assert [(point.x, point.y) for point in drawn.points] == [("6.00%", 94), ("94.00%", 14)]
    assert len(drawn.lines) == 1
    assert drawn.levels == ((1, 94), (3, 54), (5, 14))
    thirds = make_multiple("A", "", {**scores, FIRST + timedelta(days=30): Fraction(3)})
    assert thirds.points[1].x == "35.33%"
    assert make_multiple("A", "", {FIRST: Fraction(2)}).points[0].x == "6.00%"


def test_a_radar_begins_above_and_goes_clockwise():
    titles = ("Up and away", "Right", "Low right", "Low left", "Left")
    radar = make_radar(titles, [Fraction(5)] * 5, [Fraction(1)] * 5)
    assert radar.now_points[0] == (170, 54)
    assert radar.then_points[0] == (170, pytest.approx(130.8))
    assert radar.now_points[1][0] > 170 > radar.now_points[4][0]
    assert radar.now == radar.rings[-1]
    assert radar.then == radar.rings[0]
    assert [label.css for label in radar.labels] == ["mid", "", "mid", "mid", "end"]
    assert radar.labels[0].lines == ("Up and", "away")
    assert make_radar(titles, [Fraction(5)] * 5, None).then == ""
