"""A number and its format in a spreadsheet in, what people see in the cell out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])+|(?<=;)(?=;|$)')
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\*.|(?P<gap>_.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<condition>[^\]]*)\]'
    r"|(?P<digits>[0#?][0#?,.]*|\.[0#?]+)(?P<power>E[+-]?0+)?|(?P<percent>%)|(?P<general>General)|(?P<other>.)"
)
_COLOURS = re.compile(r"(?i)black|blue|cyan|green|magenta|red|white|yellow|color ?\d+")
_MOST_DIGITS = 30
_LARGEST = 10**15  # a spreadsheet keeps fifteen digits


@dataclass(frozen=True, slots=True)
class _Format:
    """One section of a format: what stands around the number, how the number itself is written."""

    before: str
    after: str
    digits: str
    power: bool
    percent: int


def seen(value: float, code: str) -> str:
    """The number as its format shows it; a format that is not understood shows it plainly."""
    if code == "General":
        return plain(value)
    section, shown = _chosen(value, code)
    made = _parsed(section)
    if made is None:
        return plain(value)
    sign = "-" if shown < 0 else ""
    if made.digits:
        number = _scientific(shown, made.digits) if made.power else _decimal(shown, made)
        sign = sign if re.search("[1-9]", number) else ""
    else:
        number = plain(abs(shown)) if "General" in section else ""
    return " ".join(f"{sign}{made.before}{number}{made.after}".split())


def plain(value: float) -> str:
    """A number without a format: ten digits, as a cell has room for."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return format(value, ".10g")


def _chosen(value: float, code: str) -> tuple[str, float]:
    """The section that a number of this sign is shown by, and the number to show there."""
    sections = _sections(code)
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), value


@lru_cache(1000)
def _sections(code: str) -> list[str]:
    return _SECTION.findall(code) or ["General"]


@lru_cache(1000)
def _parsed(section: str) -> _Format | None:
    around = ["", ""]
    digits, power, percent, place = "", False, 0, 0
    for token in _TOKEN.finditer(section):
        kind = token.lastgroup
        if kind in ("digits", "power", "general"):
            if place:  # a second number: a fraction, or a number cut in parts
                return None
            digits, power, place = token["digits"] or "", bool(token["power"]), 1
        elif _unclear(token):
            return None
        elif kind != "condition":
            percent += kind == "percent"
            around[place] += " " if kind == "gap" else token[kind] if kind else ""
    return _Format(around[0], around[1], digits, power, percent) if len(digits) < _MOST_DIGITS else None


def _unclear(token: re.Match[str]) -> bool:
    """A condition other than a colour, the bar of a fraction, the place of a text."""
    condition = token["condition"]
    return token["other"] in ("/", "@") or bool(condition and not _COLOURS.fullmatch(condition))


def _decimal(value: float, made: _Format) -> str:
    digits = made.digits.rstrip(",")  # each of those that end it stands for three digits left out
    whole, _, fraction = digits.partition(".")
    scaled = Decimal(repr(abs(value))) * 100**made.percent / 1000 ** (len(made.digits) - len(digits))
    if scaled > _LARGEST:
        return plain(float(scaled))
    text = format(scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP), "f")
    left, _, right = text.partition(".")
    right = right[: fraction.count("0")] + right[fraction.count("0") :].rstrip("0")
    left = left.lstrip("0").zfill(whole.count("0"))
    if "," in whole and left:
        left = f"{int(left):,}"
    return f"{left}.{right}" if right else left


def _scientific(value: float, digits: str) -> str:
    return f"{abs(value):.{len(digits.partition('.')[2])}E}"
