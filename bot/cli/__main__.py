"""python -m bot.cli: the command `footnote`, where it is not on the path."""

from bot.cli import main

main()
