import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carer.report import charts, svg, tables, theme, transcripts, whisker
from carer.report.series import MAX_STEPS, curve_of, last_points, means, points
from carer.report.text import as_number, humanise, number, visible


def rows(seeds: int, steps: int = 4, **more: object) -> list[dict[str, object]]:
    return [
        {
            "step": step,
            "condition": "kindness",
            "seed": seed,
            "split": "eval",
            "gain": step + 0.1 * seed,
            **more,
        }
        for seed in range(seeds)
        for step in range(steps)
    ]


def test_foreign_text_is_made_visible():
    assert visible("a\x1b[31mb\u202ec\nd") == "a␛[31mb<U+202E>c d"
    assert visible("a\nb", keep_lines=True) == "a\nb"
    assert visible("half \ud800") == "half ?"


@given(st.text())
def test_visible_text_is_always_utf8_without_controls(text: str):
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(ord(character) < 32 for character in shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.7123, "0.71"),
        (-0.5, "−0.50"),
        (-0.0001, "−0.00010"),
        (1234.5, "1,234"),
        (0.0, "0.00"),
        (12.34, "12.3"),
    ],
)
def test_numbers_are_short(value: float, shown: str):
    assert number(value) == shown


def test_a_rounded_zero_has_no_sign():
    assert number(-0.001, 2) == "0.00"


def test_only_finite_numbers_count():
    assert as_number(True) is None
    assert as_number("3") is None
    assert as_number(float("nan")) is None
    assert as_number(10**400) is None
    assert as_number(3) == 3.0
    assert humanise("true_gain") == "true gain"


def test_lines_are_means_over_seeds_with_intervals_from_three_on():
    curve = curve_of({"y": "gain", "split": "eval"})
    frame, dropped = points(rows(3), curve)
    assert dropped == 0
    end = last_points(means(frame)).row(0, named=True)
    assert (end["x"], end["mean"], end["n"]) == (3, pytest.approx(3.1), 3)
    assert end["low"] < 3.1 < end["high"]
    few = means(points(rows(2), curve)[0])
    assert few["low"].is_null().all()
    assert few["high"].is_null().all()
    assert means(frame, bars=False)["low"].is_null().all()


def test_other_splits_and_missing_metrics_are_left_out_and_non_finite_ones_counted():
    curve = curve_of({"y": "gain", "split": "train"})
    assert points(rows(2), curve)[0].is_empty()
    bad = [{"step": 1, "gain": float("nan")}, {"step": 1, "loss": 2.0}, {"step": 2, "gain": 1.0}]
    frame, dropped = points(bad, curve_of({"y": "gain"}))
    assert (frame.height, dropped) == (1, 1)
    assert frame["line"].to_list() == ["this run"]


def test_only_the_lines_asked_for_are_drawn():
    mixed = [{"step": 1, "gain": 1.0, "condition": name} for name in ("baby", "never", "phase 0")]
    frame, _ = points(mixed, curve_of({"y": "gain", "only": ["baby", "never"]}))
    assert frame["line"].to_list() == ["baby", "never"]
    assert points(mixed, curve_of({"y": "gain"}))[0].height == 3


@pytest.mark.parametrize(("by", "least"), [(1, 1), (0.5, None)])
def test_an_axis_of_what_is_counted_has_no_halves(by: float, least: int | None):
    curve = curve_of({"y": "gain", "x": "step"})
    frame, _ = points([{"step": by * at, "gain": 1.0} for at in range(3)], curve)
    drawn = charts.specification(frame, means(frame), curve, {"this run": 0}, charts.WIDE)
    assert drawn["layer"][-1]["encoding"]["x"]["axis"].get("tickMinStep") == least


def test_several_measures_make_a_line_each_and_a_panel_per_condition():
    curve = curve_of({"y": ["gain", "promised_gain"], "labels": {"promised_gain": "promise"}})
    assert curve.facet == "condition"
    frame, _ = points(rows(1, promised_gain=9.0), curve)
    assert set(frame["line"]) == {"gain", "promise"}
    assert set(frame["facet"]) == {"kindness"}


def test_long_runs_are_thinned_without_losing_the_last_step():
    frame, _ = points(rows(2, steps=5000), curve_of({"y": "gain"}))
    assert frame["x"].n_unique() <= MAX_STEPS
    assert frame["x"].max() == pytest.approx(4999)
    assert frame["y"].mean() == pytest.approx(2499.5, rel=0.01)


@pytest.mark.parametrize("spec", [None, [], {}, {"y": []}, {"y": [1]}, {"y": 3}, {"y": "gain", "only": "baby"}])
def test_a_curve_that_names_no_metric_is_refused(spec: object):
    with pytest.raises(ValueError, match="curve"):
        curve_of(spec)


def test_table_cells_say_what_is_known_and_no_more():
    spec = {
        "title": "T",
        "columns": ["condition", "gain", "note", "count", "cost"],
        "rows": [
            ["kindness", {"value": 0.7, "low": 0.6, "high": 0.8, "n": 5}, "fine", 3, 1.5],
            ["own", {"value": 0.4, "low": None, "high": None, "n": 2}, None, True, float("nan")],
            ["none", {"value": None, "n": 0}, "", 12345, 2.25],
        ],
    }
    table = tables.table_of(spec, {"kindness": 0})
    first, second, third = table.rows
    assert (first[0].slot, second[0].slot) == (0, None)
    assert (first[1].text, first[1].interval, first[1].n) == ("0.70", "0.60 to 0.80", 5)
    assert second[1].interval == "n < 3: no interval"
    assert third[1].text == "not measured"
    assert third[1].drawing == ""
    assert second[2].text == "not measured"
    assert [row[3].text for row in table.rows] == ["3", "yes", "12,345"]
    assert [row[4].text for row in table.rows] == ["1.50", "not finite", "2.25"]
    assert table.seeds == ""
    assert table.scales[1] == "0.40 to 0.80"


@pytest.mark.parametrize("spec", [None, {"columns": "a"}, {"columns": ["a"], "rows": [["x", "y"]]}])
def test_a_table_that_does_not_fit_is_refused(spec: object):
    with pytest.raises(ValueError, match=r"table|row 0"):
        tables.table_of(spec, {})


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
@example([5e-324])
@example([-5e-324, 5e-324])
@example([1e-300, 3e-300])
@example([1e6, math.nextafter(1e6, math.inf)])
def test_a_scale_holds_its_values(values: list[float]):
    scale = whisker.Scale.over(values)
    for value in values:
        assert whisker.INSET - 0.2 <= scale.place(value) <= whisker.WIDTH - whisker.INSET + 0.2


def test_a_drawing_is_rebuilt_from_known_parts_only():
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" '
        'height="9" onload="alert(1)"><script>a()</script><style>*{}</style><foreignObject/>'
        '<a xlink:href="javascript:alert(1)"><path d="M0,0" fill="#000"/></a>'
        '<path id="p" d="M0.123456,1" fill="#c4472b" onclick="alert(1)" style="x" clip-path="url(#clip0)"/>'
        '<path d="M1,1" fill="url(javascript:alert(1))"/><text fill="#000">&lt;/script&gt;</text></svg>'
    )
    cleaned = svg.clean(hostile, prefix="a-", label='"><script>', css_class="chart")
    for banned in ("<script", "onload", "onclick", "javascript", "href", "<style", "style=", "foreignObject"):
        assert banned not in cleaned
    assert 'fill="var(--series-1)"' in cleaned
    assert 'id="a-p"' in cleaned
    assert 'd="M0.12,1"' in cleaned
    assert "url(#a-clip0)" in cleaned
    assert "&lt;/script&gt;" in cleaned
    with pytest.raises(ValueError, match="not an SVG"):
        svg.clean("<p/>", prefix="", label="", css_class="")


@pytest.mark.parametrize("tokens", theme.THEMES.values(), ids=list(theme.THEMES))
def test_colours_stand_out_by_day_and_by_night(tokens: dict[str, str]):
    for ground in ("paper", "card", "wash"):
        for text in ("ink", "muted", "accent"):
            assert theme.contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
        for mark in theme.SERIES:
            assert theme.contrast(tokens[mark], tokens[ground]) >= 3, (mark, ground)
    for tone, ground in (("warn", "warn-wash"), ("bad", "bad-wash"), ("good", "paper"), ("ink", "bad-wash")):
        assert theme.contrast(tokens[tone], tokens[ground]) >= 4.5, (tone, ground)
    assert len(set(tokens.values())) == len(tokens)


def test_transcripts_name_who_speaks_and_keep_odd_content():
    row = {
        "condition": "kindness",
        "id": "x",
        "prompt": [
            {"role": "system", "content": "At the well."},
            {"role": "user", "name": "Mara", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]},
            "torn",
        ],
        "before": {"reply": "", "target": None, "truth": {"target_gain": -0.5, "deceptive": False}},
        "after": {"reply": {"role": "assistant", "content": "Here."}, "target": "Thanks"},
    }
    (group,) = transcripts.groups([row], {"kindness": 2})
    (only,) = group.first
    assert [(turn.seat, turn.name, turn.text) for turn in only.prompt] == [
        ("scene", "", "At the well."),
        ("target", "Mara", "Hi [image]"),
        ("other", "", "torn"),
    ]
    before, after = only.sides
    assert [turn.text for turn in before.turns] == ["(empty)"]
    assert before.truth == (("target gain", "−0.50"), ("deceptive", "no"))
    assert [(turn.name, turn.text) for turn in after.turns] == [("", "Here."), ("Mara", "Thanks")]
    assert group.slot == 2


def test_only_some_transcripts_are_written_and_the_total_is_said():
    (group,) = transcripts.groups([{"condition": "a"}] * 40, {})
    assert len(group.first) + len(group.rest) == transcripts.SHOWN_PER_GROUP
    assert group.total == 40
