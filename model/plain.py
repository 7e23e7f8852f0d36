"""What a model wrote in, plain text out: no link, image, mention, special token or invisible character."""

from __future__ import annotations

import re
import unicodedata

_NAMED = (
    r"s|bos|eos|pad|unk|mask|cls|sep|think|tool_call|tool_response|tools|function_call|start_of_turn|end_of_turn|"
    r"start_of_image|end_of_image|unused\d+|extra_id_\d+|image_soft_token|reserved_\w+"
)
# What chat templates and tokenizers read as their own: ChatML, Llama, Qwen, DeepSeek, Gemma, Mistral, T5.
SPECIAL = re.compile(
    rf"<[|｜]|[|｜]>|</?(?:{_NAMED})>|<</?SYS>>|"
    r"\[/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|SYSTEM_PROMPT|IMG|IMG_BREAK|IMG_END|"
    r"PREFIX|MIDDLE|SUFFIX|ARGS|CALL_ID|THINK)\]",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"<[|｜][^|｜<>\n]{0,60}[|｜]>")
_HTML = re.compile(
    r"</?(?:a|abbr|audio|b|base|blockquote|br|button|code|details|div|em|embed|font|form|h[1-6]|hr|i|iframe|img|"
    r"input|li|link|meta|object|ol|p|pre|script|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|"
    r"thead|tr|u|ul|video)(?:[\s/][^<>]*)?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_SLACK = re.compile(r"<[!@#][^<>\n]*>")
_IMAGE = re.compile(r"!(?=\[)")
_DEFINITION = re.compile(r"^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*\S*[:/.]\S+.*$", re.MULTILINE)
_LINK = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_LABEL = re.compile(r"\[([^\[\]\n]*[^\[\]\n\d,\s][^\[\]\n]*)\][ \t]?\[[^\[\]\n]*[^\[\]\n\d,\s][^\[\]\n]*\]")
_PIPED = re.compile(r"<[a-z][a-z0-9+.-]*:[^<>|\n]*\|([^<>\n]*)>", re.IGNORECASE)
_FILES = r"(?:c|conf|cpp|css|csv|docx?|go|h|html?|ini|java|js|json|md|pdf|php|pptx?|py|rb|rs|sh|sql|toml|tsx?|txt|xlsx?|xml|ya?ml)"  # fmt: skip # noqa: E501
_URL = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|(?:mailto|javascript|data|vbscript|file|tel|sms|slack|blob):(?=\S))"
    r"[^\s<>\[\]\"'`|]*>?"
    r"|(?<!\S)(?:\\\\|//)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+[\\/][^\s<>\[\]\"'`|]*"  # a host's, as Windows has it
    rf"|(?<![\w:/\\.])//(?:[a-z0-9-]+\.)+(?!{_FILES}\b(?![/?#]|:\d))[a-z]{{2,}}\b(?!\(|\.\w)"  # no file
    rf"|\b(?:[a-z0-9_-]+\.)+(?!{_FILES}[/?#:])[a-z][a-z0-9-]+(?::\d+)?[/?#][^\s<>\[\]\"'`|]*",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(\*{2,3}|__)(?=\S)(.+?)(?<=\S)\1")
_AT = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_DIGIT_LINK = re.compile(r"\d{1,3}(?:\s*,\s*\d{1,3})*")
_UNUSUAL = re.compile(r"[^\n\t -~]")
_FORM = re.compile(
    r"[<>\[\]@|!/]|\*\*|__|\\\\|www\.|\w:\S", re.IGNORECASE
)  # without one of these there is no form
KINDS = ("link", "image", "mention", "token", "markup", "invisible")  # of what is taken out
LINK = "(link)"  # stands where a raw address stood, so that the sentence still reads


def visible(text: str) -> str:
    """`text` without control, zero-width, direction, tag and variation characters; line breaks as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _UNUSUAL.sub(lambda found: "" if _invisible(found[0]) else found[0], text)


def forms(text: str) -> dict[str, int]:
    """How many forms of each kind `plain` takes out of it: somebody may be trying something."""
    seen = visible(text)
    counts = {
        "link": len(_LINK.findall(seen)) + len(_PIPED.findall(seen)) + len(_DEFINITION.findall(seen)),
        "image": len(_IMAGE.findall(seen)),
        "mention": len(_SLACK.findall(seen)) + len(_AT.findall(seen)),
        "token": len(SPECIAL.findall(seen)),
        "markup": len(_HTML.findall(seen)),
        "invisible": sum(_invisible(c) for c in _UNUSUAL.findall(text)),
    }
    counts["link"] += len(_URL.findall(_LINK.sub("", _PIPED.sub("", seen))))
    return {kind: count for kind, count in counts.items() if count}


def _invisible(c: str) -> bool:
    code = ord(c)
    if 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF:
        return True
    return (
        unicodedata.category(c) in ("Cf", "Cc", "Cs", "Co")
        or c in "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5"
    )


def plain(text: str) -> str:
    """`text` as a person may see it, its words kept, its forms dropped; applying it again changes nothing."""
    text = visible(text)
    if not _FORM.search(text):
        return text
    for _ in range(12):
        before, text = text, _dropped(text)
        if text == before:
            return text
    # What still changes after so many passes was built to: take away what any of the forms needs.
    return re.sub(r"[<>\[\]()|@:/.*_\\]", " ", text)


def _dropped(text: str) -> str:
    """One pass over every form that a renderer, a template or Slack would give a meaning."""
    text = _SLACK.sub("", _PIPED.sub(r"\1", text))
    text = SPECIAL.sub("", _TOKEN.sub("", text))
    text = _HTML.sub("", text)
    text = _LINK.sub(_text_of_link, _DEFINITION.sub("", _IMAGE.sub("", text)))
    text = _LABEL.sub(r"\1", text)
    text = _URL.sub(_address, text)
    return _AT.sub("", _EMPHASIS.sub(r"\2", text)).replace("](", "] (")


def _text_of_link(found: re.Match[str]) -> str:
    """The words of a link; of one whose words are a marker, the marker."""
    words = found[1].strip()
    return f"[{words}]" if _DIGIT_LINK.fullmatch(words) else words


def _address(found: re.Match[str]) -> str:
    """What stands where an address stood: the full stop or bracket that ended it belongs to the sentence."""
    tail = found[0].rstrip(">")
    kept = tail[len(tail.rstrip(".,;:!?)")) :]
    return LINK + kept
