"""What Footnote shows in Slack, made of what it knows: messages, modals, the home tab. All of it is pure."""

from bot.blocks.answer import PART, line, plain, render
from bot.blocks.look import Look
from bot.blocks.markup import escape
from bot.blocks.stream import streamed
from bot.blocks.votes import votes

__all__ = ["PART", "Look", "escape", "line", "plain", "render", "streamed", "votes"]
