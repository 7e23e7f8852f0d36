"""A country's name in, whether a text has it by another one out: the US, the United States, American."""

from __future__ import annotations

import re

# As they are written; a row is one country, one union of countries, or what else people are of.
_ROWS = """
US|USA|U.S.|U.S.A.|United States|America|American|Americans
UK|U.K.|United Kingdom|Britain|Great Britain|British
EU|European Union
UN|United Nations
UAE|United Arab Emirates|Emirati
Argentina|Argentine|Argentinian
Austria|Austrian|Austrians|Österreich
Belgium|Belgian|Belgians
Brazil|Brazilian|Brazilians
Canada|Canadian|Canadians
China|Chinese
Czechia|Czech|Czech Republic|Czechs
Denmark|Danish|Danes
Egypt|Egyptian|Egyptians
Europe|European|Europeans
Finland|Finnish|Finns
France|French
Germany|German|Germans|Deutschland
Greece|Greek|Greeks
Hungary|Hungarian|Hungarians
Iceland|Icelandic
Iraq|Iraqi|Iraqis
Ireland|Irish
Israel|Israeli|Israelis
Italy|Italian|Italians
Japan|Japanese
Korea|Korean|Koreans
Mars|Martian|Martians
Mexico|Mexican|Mexicans
Netherlands|Dutch|Holland
Norway|Norwegian|Norwegians
Pakistan|Pakistani|Pakistanis
Peru|Peruvian|Peruvians
Philippines|Philippine|Filipino|Filipinos
Poland|Polish|Poles
Portugal|Portuguese
Scotland|Scottish|Scots
Spain|Spanish
Sweden|Swedish|Swedes
Switzerland|Swiss|Schweiz
Thailand|Thai
Turkey|Turkish|Türkiye
Ukraine|Ukrainian|Ukrainians
Vietnam|Vietnamese
Wales|Welsh
"""
_OTHERS = {
    name: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, row.split('|')))})(?!\w)")
    for row in _ROWS.split("\n")
    for name in row.split("|")
    if name
}


def named(name: str, text: str) -> bool:
    """Whether `text` names the country that `name` is a name of, by any of its names."""
    return name in _OTHERS and bool(_OTHERS[name].search(text))
