"""The picture of a training: both losses, and words for who does not see it."""

from __future__ import annotations

from xml.etree import ElementTree

from model.learning.curve import curve

LOSSES = [[10, 1.5, None], [10, 1.5, 1.2], [20, 0.5, 0.9], [22, None, 0.8]]


def test_both_losses_are_drawn_from_left_to_right_and_downwards() -> None:
    picture = ElementTree.fromstring(curve(LOSSES))
    lines = [one.attrib["points"].split() for one in picture if one.tag.endswith("polyline")]

    assert [len(points) for points in lines] == [3, 3]
    for points in lines:
        x, y = zip(*(map(float, point.split(",")) for point in points), strict=True)
        assert list(x) == sorted(x)
        assert y[-1] > y[0]  # an SVG counts downwards
    assert picture.attrib["aria-label"] == "Loss by step. learnt from: 1.50 to 0.50; held back: 1.20 to 0.80"


def test_a_training_without_anything_told_has_a_picture_all_the_same() -> None:
    assert ElementTree.fromstring(curve([])).attrib["aria-label"] == "Loss by step. "
