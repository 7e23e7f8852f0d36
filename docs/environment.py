"""The text of .env.example: the fields of bot/settings.py in, a line with its sentence for each out.

python -m docs.environment > .env.example
"""

from __future__ import annotations

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings

HEAD = """\
# Copy this file to .env and take away the # of what you want to set. What you see is the default.
# Variables of the environment win over this file. `footnote doctor` checks what you wrote.
"""


def example() -> str:
    """The whole file."""
    fields = Settings.model_fields
    own_first = sorted(fields, key=lambda name: name not in Settings.__annotations__)
    return "\n".join([HEAD, *(_entry(fields[name]) for name in own_first)])


def _entry(field: FieldInfo) -> str:
    return f"# {field.description}\n#{field.validation_alias}={_written(field.default)}\n"


def _written(default: object) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return "" if default is None else str(default)


if __name__ == "__main__":
    print(example(), end="")
