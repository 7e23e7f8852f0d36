"""What people wrap a question in does not change what they are told."""

from __future__ import annotations

import pytest

from bot.meaning.courtesy import without_courtesy

ASKED = "How much may I spend on dinner?"


@pytest.mark.parametrize(
    "text",
    [
        "How much may I spend on dinner? Thanks",
        "How much may I spend on dinner? Thank you so much!",
        "Hi there, How much may I spend on dinner?",
        "Hello! How much may I spend on dinner? please",
        "@ada: How much may I spend on dinner?",
        "U0ABCDEFG How much may I spend on dinner?",
        "U0ABCDEF1, How much may I spend on dinner?",
        "How much may I spend on dinner?\n\n> somebody said: ask the bot",
        "> it depends\nHow much may I spend on dinner?",
        "Guten Morgen, How much may I spend on dinner? Vielen Dank im Voraus!",
        "Thanks! How much may I spend on dinner?",
        "Ok thanks for the link, How much may I spend on dinner?",
        "Danke dir. How much may I spend on dinner?",
    ],
)
def test_a_question_is_the_same_in_polite_company(text: str) -> None:
    assert without_courtesy(text) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Hello",
        "> only a quotation",
        "",
        "please",
        "What does the Danke card cost?",
        "How do I say hi?",
        "University fees: who pays them?",
        "UNIVERSITY FEES who pays them?",
        "Upgrading the server: who approves?",
        "Hi-fi equipment in the office",
        "Thank you notes for customers: who writes them?",
        "Danke-Karten: wer bestellt sie?",
    ],
)
def test_what_is_no_wrapping_stays(text: str) -> None:
    assert without_courtesy(text) == text
