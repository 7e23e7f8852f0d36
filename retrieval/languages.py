"""Words in, the language they are in out: told by the words that no sentence does without, else by script.

Only languages that Snowball stems. What cannot be told is English, as most of what is read here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

ENGLISH = "english"

# The commonest words of each, without accents on none: as people write them, case folded.
_COMMON = {
    ENGLISH: "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with i you he she we do does did has have had what which who whom "
    "whose when where why how can could should would may might must shall am been being its our your my me "
    "us them from about than",
    "basque": "eta da du ez bat dira ere izan den zen baina dute edo egin hau zuen horren baino zer nola",
    "catalan": "el la els les i de del dels a en un una que es per amb no al com més però són seva aquest "
    "aquesta va ser han ha quin quina quan on",
    "czech": "a v se na je že s z do o ve k pro za by ale jsou jako po od který která které jak co kdy kde "
    "nebo být není tak byl bylo však už před při",
    "danish": "og i at det en er til på som af for med de den ikke der et har var fra kan om vi men sig "
    "hvad hvem hvor hvornår hvordan blev eller efter skal",
    "dutch": "de het een en van in is dat op te zijn met voor niet die aan er om ook als door naar bij of "
    "uit hoe wat wie waar wanneer welke werd worden heeft hebben kan maar mijn ik wordt deze",
    "esperanto": "la kaj de en estas al ne mi vi li ke por kun kiel estis tio sed pri kio kiu kie kiam aŭ",
    "estonian": "ja on ei see et ta kui oma ning oli mis aga ka ma kes või nii seda kuidas kus millal selle",
    "finnish": "ja on ei se että oli hän mutta kun niin myös ovat joka mitä tai kuin sen ole kuka missä "
    "milloin miten mikä sekä ollut jos voi olla",
    "french": "le la les de des du et en un une est que qui dans pour pas sur au aux ce cette il elle ne se "
    "par avec sont son sa ses plus ou été comment quel quelle quels quelles quand où quoi pourquoi nous "
    "vous mais leur d' l'",
    "german": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine einen einem "
    "einer als auch es an werden aus er hat dass sie nach wird bei wie was wer wo wann warum welche welcher "
    "welches wurde war sind oder um am zum zur haben ich wir kann vom durch nur",
    "hungarian": "a az és hogy nem is egy ez volt de ha meg van csak mint el ki mi vagy már még sem azt mit "
    "hol mikor hogyan melyik után lehet kell",
    "indonesian": "dan yang di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada oleh "
    "apa siapa bagaimana kapan mana adalah atau bisa kami sebagai",
    "irish": "agus an na ar le is ní sé sin bhí tá go do sa ag as mar ach cé cad conas nuair bhfuil",
    "italian": "il la i le lo gli di e che in un una è per non con del della dei delle da al si sono come "
    "nel nella alla più anche ha chi cosa quando dove quale quali perché quanto questo questa stato o dal",
    "lithuanian": "ir yra kad į su iš buvo tai ne o kaip bet jis apie kuris kuri nuo dėl po bei kas kur kada",
    "norwegian": "og i det er på som en at til av for med ikke de har var den et fra kan om vi men hva hvem "
    "hvor når hvordan ble eller etter skal å seg noe mer enn jeg",
    "polish": "i w na z nie się do to że jest o jak od za przez po co ale dla są oraz który która które kto "
    "gdzie kiedy czy tym być było już ma lub może",
    "portuguese": "o a os as de e do da dos das em um uma que é para com não por no na nos nas se mais como "
    "foi ao são ser tem à seu sua ou quando onde qual quais quem quanto muito também pelo pela",
    "romanian": "și în de la a cu pe că nu o un este din se care pentru mai sunt au fost sau ce cine unde "
    "când cum al ale prin după dar fi lui",
    "serbian": "i u je da se na su za od sa ne koji koja koje kao ili što kako gde kada ali biti bio bila",
    "spanish": "el la los las de y en un una que es por para con no del al se lo su sus como más fue son o "
    "pero está qué quién cuál cuáles cuándo dónde cómo cuánto cuántos ha hay entre este esta sobre ser muy "
    "desde también le mi",
    "swedish": "och i att det en är som på av för med den till inte om ett han har de var från kan men så "
    "vi vad vem vilken vilka när hur eller efter ska sig jag blev mer än",
    "turkish": "ve bir bu da de için ile olarak çok daha olan gibi ne kadar var mi mı değil ama en nasıl "
    "nerede kim hangi veya sonra her ise kaç",
}
_SCRIPTS = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "russian"),
    ("\u0530", "\u058f", "armenian"),
    ("\u0620", "\u06ff", "arabic"),
    ("\u0900", "\u097f", "hindi"),
    ("\u0b80", "\u0bff", "tamil"),
)
_PERSIAN = frozenset("پچژگ")  # letters that Arabic has not
_SURE = 0.12  # share of a text's words that are common ones of a language, for it to be told
_AHEAD = 1.25  # and how many times the share of English
_DISTINCT = 3  # and how many different ones: a list of names has "la" in it often


def language(words: Sequence[str]) -> str:
    """The language that a text of these case-folded words is in, by its name in Snowball."""
    script = _by_script(words)
    if script:
        return script
    shares = _shares(words)
    best = max(shares, key=lambda name: (shares[name], name), default=ENGLISH)
    sure = shares.get(best, 0.0) >= max(_SURE, _AHEAD * shares.get(ENGLISH, 0.0))
    return best if sure and len(common(best) & set(words)) >= _DISTINCT else ENGLISH


def certain(words: Sequence[str]) -> str:
    """The same; empty where it cannot be told, as of a table or a list of names."""
    found = language(words)
    if found != ENGLISH:
        return found
    english = len(common(ENGLISH) & set(words)) >= _DISTINCT
    return ENGLISH if english and _shares(words).get(ENGLISH, 0.0) >= _SURE else ""


def likely(words: Sequence[str], most: int = 2) -> tuple[str, ...]:
    """Languages beside English that a question may be in, the likeliest first; all, where no word tells."""
    script = _by_script(words)
    if script:
        return (script,)
    shares = _shares(words)
    if not shares:
        return tuple(name for name in _COMMON if name != ENGLISH)
    english = shares.pop(ENGLISH, 0.0)
    rather = [name for name, share in shares.items() if share >= english]
    return tuple(sorted(rather, key=lambda name: (-shares[name], name))[:most])


def rather(words: Sequence[str]) -> str:
    """The likeliest of these, of which a word tells; empty where none does."""
    return next((name for name in likely(words, 1) if not common(name).isdisjoint(words)), "")


@cache
def common(name: str) -> frozenset[str]:
    """Words of a language that say nothing about what a text is about."""
    return frozenset(_COMMON.get(name, "").split())


@cache
def _tells() -> Mapping[str, tuple[tuple[str, ...], float]]:
    """Languages by the common words they have, and what a word counts for each of its own."""
    told: dict[str, list[str]] = {}
    for name in _COMMON:
        for word in common(name):
            told.setdefault(word, []).append(name)
    return {word: (tuple(names), 1 / len(names) ** 0.5) for word, names in told.items()}


def _shares(words: Sequence[str]) -> dict[str, float]:
    """How much of a text is common words of each language; a word of several counts for each in part."""
    tells = _tells()
    found: defaultdict[str, float] = defaultdict(float)
    for word in words:
        if word in tells:
            names, each = tells[word]
            for name in names:
                found[name] += each
    return {name: count / len(words) for name, count in found.items()}


def _by_script(words: Sequence[str]) -> str:
    """The language of a text most of whose words are in a script of its own; empty for Latin letters."""
    if all(word.isascii() for word in words):
        return ""
    found = Counter(name for word in words for low, high, name in _SCRIPTS if low <= word[0] <= high)
    name, count = next(iter(found.most_common(1)), ("", 0))
    if count * 2 <= len(words):
        return ""
    return "persian" if name == "arabic" and any(_PERSIAN & set(word) for word in words) else name
