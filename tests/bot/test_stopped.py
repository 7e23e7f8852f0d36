"""What ends a long command: Ctrl-C, a kill, a terminal that closes; each is said in a sentence."""

from __future__ import annotations

import os
import signal

import pytest
import typer

from bot.cli.stopped import stoppable


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped_ends_with_its_sentence_and_the_code_of_shells(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL
    before = signal.signal(number, usual)  # what a shell starts behind itself is told to ignore Ctrl-C
    try:
        with pytest.raises(typer.Exit) as ended, stoppable("Stopped, and nothing is lost."):
            os.kill(os.getpid(), number)

        assert ended.value.exit_code == 128 + number
        assert capsys.readouterr().err == "\nStopped, and nothing is lost.\n"
        assert signal.getsignal(number) == usual
    finally:
        signal.signal(number, before)


def test_what_a_command_was_told_to_ignore_does_not_stop_it(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable("Stopped."):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert capsys.readouterr().err == ""
