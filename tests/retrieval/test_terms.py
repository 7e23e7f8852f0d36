"""The analysis that stores share: languages, stems, scripts without spaces."""

from __future__ import annotations

import unicodedata
from importlib import import_module

import pytest
import snowballstemmer
from Stemmer import Stemmer

from retrieval.languages import ENGLISH, language, likely
from retrieval.record import searched
from retrieval.terms import asked, indexed, terms, words

SAID = {
    "english": "The report is due on Friday and has to be signed by both of the managers.",
    "german": "Der Urlaub wird mit dem Vorgesetzten abgestimmt und ist spätestens im März zu nehmen.",
    "french": "Les congés sont pris avec l'accord de la direction et ne peuvent pas être reportés.",
    "spanish": "Las vacaciones se piden con un mes de antelación y no se pueden pasar al año siguiente.",
    "italian": "Le ferie si chiedono con un mese di anticipo e non possono essere spostate nell'anno dopo.",
    "portuguese": "As férias são pedidas com um mês de antecedência e não passam para o ano seguinte.",
    "dutch": "De vakantie wordt met de leidinggevende besproken en kan niet naar het volgende jaar.",
    "swedish": "Semestern ska godkännas av chefen och det är inte möjligt att ta ut den i förskott.",
    "danish": "Ferien skal godkendes af chefen, og det er ikke muligt at holde den på forskud hvad enten.",
    "norwegian": "Ferien skal godkjennes av sjefen, og det er ikke mulig å ta den ut på forskudd etter noe.",
    "finnish": "Loma sovitaan esimiehen kanssa, ja se on pidettävä, mutta ei voi olla ennen kesää.",
    "hungarian": "A szabadságot a vezető hagyja jóvá, és nem lehet csak egy hónappal előre kérni.",
    "polish": "Urlop jest zatwierdzany przez przełożonego i nie może być przeniesiony na rok po nim.",
    "czech": "Dovolená se schvaluje s vedoucím a není možné ji převést do roku, který je před námi.",
    "romanian": "Concediul se aprobă de șef și nu este posibil să fie mutat în anul care vine după el.",
    "turkish": "İzin bir ay önce istenir ve bu yıl için olan günler daha sonra kullanılmaz.",
    "russian": "Отпуск согласуется с руководителем и не переносится на следующий год.",
    "greek": "Η άδεια εγκρίνεται από τον προϊστάμενο και δεν μεταφέρεται.",
    "arabic": "تتم الموافقة على الإجازة من المدير ولا يمكن نقلها",
    "persian": "مرخصی پیش از آغاز سال با مدیر هماهنگ می‌شود",
    "hindi": "छुट्टी की मंज़ूरी प्रबंधक से लेनी होती है",
}


@pytest.mark.parametrize(("name", "text"), SAID.items())
def test_the_language_of_a_sentence_is_told(name: str, text: str) -> None:
    assert language(words(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kubectl get pods -n kube-system",
        "| La Jolla | 12 | La Paz | 40 | La Mancha |",
        "Schadenfreude, Zeitgeist and Weltschmerz are words that English has from German.",
        "手机保修期为两年。",
    ],
)
def test_what_cannot_be_told_is_read_as_english(text: str) -> None:
    assert language(words(text)) == ENGLISH


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        (
            "Wie lang sind die Kündigungsfristen?",
            "Die Kündigungsfrist ist in dem Vertrag mit der Firma genannt.",
        ),
        ("Kündigungsfristen", "Die Kündigungsfrist ist in dem Vertrag mit der Firma genannt."),
        ("¿Cuáles son las obligaciones?", "La obligación de los empleados es informar a la empresa."),
        ("Quelles sont les règles nationales ?", "La règle nationale est dans le texte de la loi."),
        ("отпуска", "Отпуск согласуется с руководителем и не переносится."),
        ("conge paye", "Le congé payé est de cinq semaines et les dates sont dans le plan."),
        ("What are the notice periods?", "The notice period is in the contract that you have signed."),
        ("保修期多长", "手机保修期为两年。"),
        ("有給休暇", "年次有給休暇は十日です。"),
        ("วันลา", "พนักงานมีวันลาสิบวัน"),
    ],
)
def test_a_question_meets_a_passage_of_its_language_in_another_form(question: str, passage: str) -> None:
    assert set(asked(question)) & set(indexed(passage))


def test_a_question_in_english_is_asked_in_english_alone() -> None:
    assert likely(words("How many days of leave do I have?")) == ()
    assert asked("How many days of parental leave do I have?") == terms("many days parental leave")


def test_a_question_in_german_finds_english_words_too() -> None:
    assert {"deploy", "stage"} <= set(asked("Wie ist das mit dem deploying nach staging?"))


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Who is working Saturday?", "date: Sat 28 Nov 2026; late: nobody"),
        ("Who works on Saturdays?", "Sat | nobody"),
        ("Wer arbeitet am Dienstag?", "Tue 24 Nov 2026 | Ada"),
        ("What is due in November?", "28 Nov 2026 | Ada"),
    ],
)
def test_a_day_and_a_month_are_found_by_their_short_names(question: str, passage: str) -> None:
    assert set(asked(question)) & set(indexed(passage))


def test_what_is_no_day_in_other_texts_names_none() -> None:
    assert asked("Who sat in the sun in may?") == terms("sat sun")


def test_how_accents_are_typed_makes_no_difference() -> None:
    text = "Où est le café de la société ?"

    assert words(unicodedata.normalize("NFD", text)) == words(text)
    assert indexed(unicodedata.normalize("NFD", text)) == indexed(text)


def test_a_run_without_spaces_is_cut_into_pairs_and_what_is_around_it_is_not() -> None:
    assert words("iPhone手机保修期308分") == ["iphone", "手机", "机保", "保修", "修期", "308", "分"]


def test_vowel_signs_stay_in_their_words() -> None:
    assert words("हिन्दी में छुट्टी") == ["हिन्दी", "में", "छुट्टी"]


def test_a_lone_surrogate_is_no_term() -> None:
    assert searched("the parental \ud800 leave of which") == "parent leav"


@pytest.mark.parametrize("language", ["english", "german", "spanish", "french", "russian"])
def test_stems_are_the_same_in_c_and_in_python(language: str) -> None:
    said = "reimbursements erstattungen vacaciones indemnités отпуска holidays größeren running"
    plain = import_module(f"snowballstemmer.{language}_stemmer")

    stems = [getattr(plain, f"{language.capitalize()}Stemmer")().stemWord(word) for word in said.split()]

    assert [Stemmer(language).stemWord(word) for word in said.split()] == stems
    assert isinstance(snowballstemmer.stemmer(language), Stemmer)  # which is what is taken
