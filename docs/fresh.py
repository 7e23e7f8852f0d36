"""What a section of `make bench` has measured in, its part of docs/benchmarks.md and its picture out.

A part stands between two comments that name its section, wherever the page has them, and is written anew by
each run; what stands around it is written by people.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from docs.chart import chart

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
VERSIONS = ("footnote", "langchain-core", "lancedb", "weaviate-client", "onnxruntime", "slack-bolt")
BEGIN, END = "<!-- make bench: {} -->", "<!-- end of {} -->"
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?|(?<![\w.])\.\d+")


@dataclass(frozen=True, slots=True)
class Plot:
    """A line for each `name`, or for each of `names` that stands in every line, through all x and y."""

    title: str
    pattern: re.Pattern[str]  # with the groups x and y, and name where there are several lines
    powers: bool = False


PLOTS = {
    "load": Plot(
        "Memory of footnote serve in each minute of the load, MB",
        re.compile(r"minute (?P<x>\d+): memory (?P<y>[\d,]+) MB"),
    ),
    "growth": Plot(
        "A search beside its embedding, ms at p50, by passages stored",
        re.compile(r"(?P<name>\w+), (?P<x>[\d,]+) passages: .*search p50 (?P<y>[\d.]+) ms"),
        powers=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Took:
    """One section: how often it ran, its seconds in all, and the load of the machine before and after."""

    about: str
    runs: int
    seconds: float
    load: tuple[float, float]


Section = Callable[[Path], Iterator[str]]  # a home in, lines of figures out


def measured(name: str, section: Section, runs: int, place: Path) -> tuple[list[str], Took]:
    """The lines of a section, printed as they come, and what it took. Each run has a home of its own."""
    began, before, told = time.perf_counter(), os.getloadavg()[0], []
    for number in range(runs):
        lines = []
        for line in section(place / f"run{number}"):
            print(f"{name}: {line}", flush=True)
            lines.append(line)
        told.append(lines)
    about = (section.__doc__ or name).partition("\n")[0]
    return merged(told), Took(about, runs, time.perf_counter() - began, (before, os.getloadavg()[0]))


def write(name: str, lines: Sequence[str], took: Took, page: Path = PAGE) -> None:
    """The part of the section anew, and its picture where it has one."""
    picture = page.with_name(f"{name}.svg")
    if name in PLOTS and (points := plotted(PLOTS[name], lines)):
        picture.write_text(chart(PLOTS[name].title, points, powers=PLOTS[name].powers), "utf-8")
    shown = f"![{took.about}]({picture.name})\n\n" if picture.exists() else ""
    page.write_text(put(page.read_text("utf-8"), name, shown + part(name, lines, took)), "utf-8")


def put(page: str, name: str, text: str) -> str:
    """The page with that part; at its end where it has no place for it."""
    begin, end = BEGIN.format(name), END.format(name)
    whole = f"{begin}\n{text}\n{end}"
    if begin not in page:
        return f"{page.rstrip()}\n\n{whole}\n"
    before, _, rest = page.partition(begin)
    return before + whole + rest.partition(end)[2]


def part(name: str, lines: Sequence[str], took: Took) -> str:
    """A sentence on how it was measured, and a table; lines that are a table already stay as they are."""
    runs = "one run" if took.runs == 1 else f"{took.runs} runs, medians (least to greatest)"
    before, after = took.load
    said = (
        f"**{took.about}** `python -m docs.bench {name}`, {datetime.now(UTC):%Y-%m-%d}, {runs}, "
        f"{took.seconds:,.0f} s, load {before:.1f} before and {after:.1f} after; {machine()}; {versions()}."
    )
    if any(line.startswith("|") for line in lines):
        return "\n".join([said, *lines])
    rows = [line.partition(": ") for line in lines if line.strip()]
    cells = [f"| {_cell(what)} | {_cell(value)} |" for what, _, value in rows]
    return "\n".join([said, "", "| what | measured |", "|---|---|", *cells])


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|")


def merged(runs: Sequence[Sequence[str]]) -> list[str]:
    """Lines of several runs as one: each number that differs as its median, least and greatest."""
    shapes = [[_NUMBER.sub("#", line) for line in run] for run in runs]
    if any(shape != shapes[0] for shape in shapes):
        return [f"run {n}, {line}" for n, run in enumerate(runs, 1) for line in run]
    return [_one(same) for same in zip(*runs, strict=True)]


def _one(same: Sequence[str]) -> str:
    found = iter(list(zip(*(_NUMBER.findall(line) for line in same), strict=True)))
    return _NUMBER.sub(lambda _: _spread(next(found)), same[0])


def _spread(texts: Sequence[str]) -> str:
    if len(set(texts)) == 1:
        return texts[0]
    values = sorted((float(text.replace(",", "")), text) for text in texts)
    digits = max(len(text.partition(".")[2]) for text in texts)
    median = f"{statistics.median(value for value, _ in values):,.{digits}f}"
    median = median.lstrip("0") if texts[0].startswith(".") else median
    return f"{median} ({values[0][1]} to {values[-1][1]})"


def plotted(plot: Plot, lines: Sequence[str]) -> dict[str, list[tuple[float, float]]]:
    """The points that the lines tell, by name."""
    found: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        if seen := plot.pattern.search(line):
            x, y = (float(seen[axis].replace(",", "")) for axis in "xy")
            found.setdefault(seen.groupdict().get("name", ""), []).append((x, y))
    return found


def machine() -> str:
    """The processor, its cores and memory, the system and Python; no name and no path of this machine."""
    gigabytes = psutil.virtual_memory().total / (1 << 30)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {gigabytes:.0f} GB, {python}"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return platform.machine()
    found: Mapping[str, str] = dict(re.findall(r"(?m)^(model name|flags)\s*: (.*)$", told))
    kinds = [
        kind
        for kind in ("avx2", "avx512f", "avx512_vnni", "amx_int8")
        if kind in found.get("flags", "").split()
    ]
    return f"{found.get('model name', platform.machine())} ({', '.join(kinds)})"


def versions() -> str:
    """Of the code and of what it rests on."""
    named = []
    for name in VERSIONS:
        try:
            named.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*named, *_commit()])


def _commit() -> Iterator[str]:
    """Of the code: what a run writes into docs is no change of it."""
    asked = ("rev-parse --short HEAD", "status --porcelain -- . :!docs/*.md :!docs/*.svg")
    words = [["git", "-C", str(ROOT), *one.split()] for one in asked]
    told = [subprocess.run(one, capture_output=True, text=True, check=False) for one in words]
    if not any(one.returncode for one in told):
        yield f"commit {told[0].stdout.strip()}{' with changes' if told[1].stdout.strip() else ''}"
