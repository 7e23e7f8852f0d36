"""Text in, where names of people and numbers of their papers stand in it out, as Presidio finds them.

Nothing is downloaded: Presidio would fetch a language model that is missing, so it never loads one itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.learning.redact import Finder
from retrieval.languages import language
from retrieval.passage import SettingError
from retrieval.terms import words

# What is looked for, by what becomes of it. Places, dates and nations are what answers are made of.
KINDS = {
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "CRYPTO": "account",
    "US_BANK_NUMBER": "account",
    "DE_HEALTH_INSURANCE": "number",
    "DE_ID_CARD": "number",
    "DE_PASSPORT": "number",
    "DE_SOCIAL_SECURITY": "number",
    "DE_TAX_ID": "number",
    "UK_NHS": "number",
    "UK_NINO": "number",
    "UK_PASSPORT": "number",
    "US_DRIVER_LICENSE": "number",
    "US_ITIN": "number",
    "US_PASSPORT": "number",
    "US_SSN": "number",
}
LEAST = 0.5  # of Presidio's score; digits alone, without a word that says what they are, have less
_CODES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "dutch": "nl",
    "portuguese": "pt",
    "danish": "da",
    "swedish": "sv",
    "finnish": "fi",
    "norwegian": "nb",
}
_Span = tuple[int, int, str]


def finder(models: Sequence[str]) -> Finder:
    """What these language models of spaCy find, by name or folder, one for each language. Raises SettingError
    where Presidio or one of them is not there, or one knows no names."""
    try:
        import spacy
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
    except ImportError as error:
        raise SettingError(
            "FOOTNOTE_REDACT: Presidio is not installed here, so nothing is kept to learn from. Install it: "
            "pip install --require-hashes -r lock/presidio.txt, or leave FOOTNOTE_REDACT empty."
        ) from error
    engine = SpacyNlpEngine([{"lang_code": "", "model_name": name} for name in models])
    loaded = [_model(name, spacy) for name in models]
    engine.nlp = {one.lang: one for one in loaded}
    known = sorted(engine.nlp)
    return _Presidio(AnalyzerEngine(nlp_engine=engine, supported_languages=known), tuple(known))


def _model(name: str, spacy: Any) -> Any:
    """Raises SettingError where it is not there, or would find nobody."""
    if not (spacy.util.is_package(name) or Path(name).is_dir()):
        raise SettingError(
            f"FOOTNOTE_REDACT: the language model {name} is not installed here, so nothing is kept to learn "
            f"from. Install it: python -m spacy download {name}, or name another: presidio:MODEL,MODEL."
        )
    model = spacy.load(name)
    if not any("doc.ents" in model.get_pipe_meta(part).assigns for part in model.pipe_names):
        raise SettingError(f"FOOTNOTE_REDACT: the language model {name} finds no names. Name another.")
    return model


@dataclass(frozen=True, slots=True)
class _Presidio:
    """The finder. A text in a language of no model is looked at with all."""

    analyzer: Any
    languages: tuple[str, ...]

    def __call__(self, text: str) -> Sequence[_Span]:
        told = _CODES.get(language(words(text)), "")
        return _apart(self._found(text, (told,) if told in self.languages else self.languages))

    def _found(self, text: str, asked: Iterable[str]) -> Iterator[_Span]:
        for code in asked:
            kinds = sorted(KINDS.keys() & set(self.analyzer.get_supported_entities(code)))
            for one in self.analyzer.analyze(text, code, entities=kinds, score_threshold=LEAST):
                yield one.start, one.end, KINDS[one.entity_type]


def _apart(found: Iterable[_Span]) -> list[_Span]:
    """Those that overlap are one, of the kind of the first."""
    apart = list[_Span]()
    for start, end, kind in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]), apart[-1][2])
        else:
            apart.append((start, end, kind))
    return apart
