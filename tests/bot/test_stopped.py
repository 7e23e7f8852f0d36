"""What ends a long command: Ctrl-C, a kill, a terminal that closes; each is said in a sentence."""

from __future__ import annotations

import os
import signal

import pytest
import typer
from spoken import footnote

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


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        ("dataset build", "bot.wiring.datasets.rules"),
        ("train", "bot.cli.train._dataset"),
        ("gate kb-0001-aaaaaaaa", "bot.wiring.judging.bench"),
        ("eval run base", "bot.wiring.judging.bench"),
        ("eval live", "bot.wiring.judging.permitted"),
        ("eval grid base", "bot.wiring.judging.bench"),
    ],
)
def test_a_command_of_learning_that_is_stopped_says_what_is_kept_and_what_to_run(
    words: str, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cut, interrupted)
    monkeypatch.setattr("model.learning.golden.newest", lambda *_: None)

    done = footnote(*words.split())

    assert done.returncode == 130 and "again" in done.stderr and "footnote" in done.stderr.lower()
