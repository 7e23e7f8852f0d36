"""What `make bench` writes: a section's own part of the page, runs as one, pictures from the lines."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs import bench, fresh
from docs.chart import chart

TOOK = fresh.Took("How long a question takes.", 1, 12.3, (0.5, 1.0))


def test_a_part_is_written_where_the_page_has_it_and_nothing_else_is_touched() -> None:
    page = "# Title\n\n<!-- make bench: ask -->\nold\n<!-- end of ask -->\n\nBy hand.\n"

    once = fresh.put(page, "ask", "new")
    twice = fresh.put(fresh.put(once, "load", "first"), "load", "second")

    assert once == page.replace("old", "new")
    assert twice == once + "\n<!-- make bench: load -->\nsecond\n<!-- end of load -->\n"


def test_numbers_that_differ_between_runs_have_their_median_and_ends() -> None:
    runs = [[f"search: p50 {p50} ms, n 30", "passages 1,200"] for p50 in ("17.5", "16.0", "31.2")]

    assert fresh.merged(runs) == ["search: p50 17.5 (16.0 to 31.2) ms, n 30", "passages 1,200"]
    assert fresh.merged([["a .5"], ["a .75"]]) == ["a .62 (.5 to .75)"]


def test_runs_that_say_other_things_stand_beneath_each_other() -> None:
    assert fresh.merged([["ok: 3"], ["ok: 3", "failed: 1"]]) == [
        "run 1, ok: 3",
        "run 2, ok: 3",
        "run 2, failed: 1",
    ]


def test_a_part_says_how_it_was_measured_and_keeps_tables(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n", "utf-8")

    fresh.write("ask", ["start to answer: p50 1 ms | p95 2 ms"], TOOK, page)
    fresh.write("peers", ["", "| a | b |", "|---|---|", "| 1 | 2 |", "one: missed"], TOOK, page)

    text = page.read_text("utf-8")
    assert "**How long a question takes.** `python -m docs.bench ask`, 20" in text
    assert "cores" in text and "lancedb" in text and "load 0.5 before and 1.0 after" in text
    assert "| start to answer | p50 1 ms \\| p95 2 ms |" in text
    assert "\n| a | b |\n|---|---|\n| 1 | 2 |\n" in text
    assert list(tmp_path.iterdir()) == [page]


def test_a_section_with_points_gets_a_picture_of_its_own_lines(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("", "utf-8")
    lines = [f"minute {n}: memory {600 + n:,} MB, handles 80.0" for n in range(1, 11)]

    fresh.write("load", lines, TOOK, page)

    assert "![How long a question takes.](load.svg)" in page.read_text("utf-8")
    drawn = ElementTree.fromstring((tmp_path / "load.svg").read_text("utf-8"))
    assert len(drawn.findall(".//{*}circle")) == 10


def test_the_lines_of_growth_are_understood() -> None:
    lines = [
        "lance, 10,000 passages: written in 9 s (1,100 a second); search p50 21.5 ms, p95 30.0 ms",
        "weaviate, 100,000 passages: written in 90 s (1,100 a second); search p50 30.1 ms, p95 60.0 ms",
        "lance, exponents from 2 sizes: write 1.01",
    ]

    points = fresh.plotted(fresh.PLOTS["growth"], lines)

    assert points == {"lance": [(10_000, 21.5)], "weaviate": [(100_000, 30.1)]}


@pytest.mark.parametrize("powers", [False, True])
def test_a_chart_is_well_formed_and_stays_within_its_frame(powers: bool) -> None:
    drawn = ElementTree.fromstring(
        chart("A & B", {"<one>": [(1, 2), (1_000, 40)], "two": [(10, 5)]}, powers=powers)
    )

    assert len(drawn.findall(".//{*}polyline")) == 2
    for circle in drawn.findall(".//{*}circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 640 and 0 <= float(circle.attrib["cy"]) <= 280


def test_an_unknown_section_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="There is no section nothing; these are: ask, slack"):
        bench.main(["nothing"])
