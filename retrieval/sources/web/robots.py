"""A robots.txt in, what it allows us out: the longest rule that matches holds (RFC 9309)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

MOST_BYTES = 512_000  # of a robots.txt are read; the rest does not count
_DELAY = re.compile(r"\d{1,5}(\.\d{1,3})?")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern on paths: `*` is anything, a final `$` the end."""

    pattern: str
    allows: bool

    def matches(self, path: str) -> bool:
        """Finds the parts between stars in turn, each as early as it comes: no pattern is slow."""
        ends = self.pattern.endswith("$")
        first, *parts = self.pattern.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        if not parts:
            return not ends or len(path) == len(first)
        at = len(first)
        for part in parts[:-1]:
            if (at := path.find(part, at) + len(part)) < len(part):
                return False
        return path.endswith(parts[-1], at) if ends else parts[-1] in path[at:]


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host asks of us: rules, seconds between two requests, where its sitemaps are."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether a normal address may be asked for."""
        parts = urlsplit(url)
        path = _encoded(parts.path + (f"?{parts.query}" if parts.query else ""))
        held = [rule for rule in self.rules if rule.matches(path)]
        return max(((len(rule.pattern), rule.allows) for rule in held), default=(0, True))[1]


def parsed(text: str, agent: str) -> Robots:
    """What `text` says to `agent`: its own groups, those of everybody where there are none."""
    groups: dict[str, list[tuple[str, str]]] = {}
    sitemaps: list[str] = []
    names: list[str] = []
    heading = False
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        key = key.lower()
        if key == "user-agent":
            names = [*names, value.lower()] if heading else [value.lower()]
            groups.setdefault(value.lower(), [])
        elif key == "sitemap":
            sitemaps.append(value)
        elif key in ("allow", "disallow", "crawl-delay"):
            for name in names:
                groups[name].append((key, value))
        heading = key == "user-agent" if key and key != "sitemap" else heading
    chosen = _group(groups, agent.lower())
    rules = tuple(Rule(_encoded(v), k == "allow") for k, v in chosen if v and k != "crawl-delay")
    delay = next((float(v) for k, v in chosen if k == "crawl-delay" and _DELAY.fullmatch(v)), 0.0)
    return Robots(rules, delay, tuple(sitemaps))


def _group(groups: dict[str, list[tuple[str, str]]], agent: str) -> list[tuple[str, str]]:
    named = [lines for name, lines in groups.items() if name.partition("/")[0].strip() == agent]
    return [line for lines in named for line in lines] if named else groups.get("*", [])


def _encoded(path: str) -> str:
    """One spelling for paths and patterns."""
    path = quote(path, safe="/:@!$&'()*+,;=~?%[]", errors="replace")

    def once(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if re.match(r"[A-Za-z0-9._~-]", character) else found[0].upper()

    return _ENCODED.sub(once, path)
