"""What a number counts: a unit's spelling in, its one name out, and which units measure the same."""

from __future__ import annotations

# name, then its spellings in lower case; "ms" is before "s" for nobody: the longest spelling is read first
_SPELLINGS = {
    "%": "% percent per~cent pct prozent",
    "pp": "percentage~points percentage~point percent~points pp pps prozentpunkte prozentpunkten",
    "bps": "basis~points basis~point bps",
    "USD": "$ usd dollar dollars us$",
    "EUR": "€ eur euro euros",
    "lb": "£ gbp pound pounds lb lbs",  # money or weight: what else stands there tells
    "JPY": "¥ jpy yen",
    "CHF": "chf francs franken",
    "ms": "ms millisecond milliseconds",
    "s": "s sec secs second seconds sekunde sekunden",
    "min": "min mins minute minutes minuten",
    "h": "h hr hrs hour hours stunde stunden",
    "d": "d day days tag tage tagen",
    "wk": "w wk wks week weeks woche wochen",
    "mo": "month months monat monate monaten",
    "y": "year years yr yrs jahr jahre jahren",
    "decade": "decade decades jahrzehnt jahrzehnte",
    "century": "century centuries jahrhundert jahrhunderte",
    "B": "byte bytes",
    "kB": "kb kilobyte kilobytes",
    "MB": "mb megabyte megabytes mib",
    "GB": "gb gigabyte gigabytes gib",
    "TB": "tb terabyte terabytes tib",
    "PB": "pb petabyte petabytes",
    "nm": "nm nanometre nanometres nanometer nanometers",
    "µm": "µm μm um micrometre micrometres micrometer micrometers micron microns",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "metre metres meter meters",
    "km": "km kilometre kilometres kilometer kilometers",
    "in": "inch inches",
    "ft": "ft foot feet",
    "yd": "yard yards",
    "mi": "mi mile miles meile meilen",
    "acre": "acre acres",
    "ha": "ha hectare hectares hektar",
    "µg": "µg μg mcg microgram micrograms",
    "mg": "mg milligram milligrams milligramm",
    "g": "g gram grams gramme grammes gramm",
    "kg": "kg kilogram kilograms kilo kilos kilogramm",
    "t": "t ton tons tonne tonnes tonnen",
    "oz": "oz ounce ounces",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "l": "l litre litres liter liters",
    "gal": "gallon gallons",
    "W": "watt watts",
    "kW": "kw kilowatt kilowatts",
    "MW": "mw megawatt megawatts",
    "kWh": "kwh",
    "Hz": "hz hertz",
    "kHz": "khz",
    "MHz": "mhz",
    "GHz": "ghz",
    "°C": "°c °~c celsius",
    "°F": "°f °~f fahrenheit",
}
UNITS = {
    spelling.replace("~", " "): name
    for name, spellings in _SPELLINGS.items()
    for spelling in spellings.split()
}
# dimension: how much of it the unit is; 12 months are a year, but no number of weeks is a month
_SIZES = {
    "time": "ms=.001 s=1 min=60 h=3600 d=86400 wk=604800",
    "calendar": "mo=1 y=12 decade=120 century=1200",
    "bytes": "B=1 kB=1e3 MB=1e6 GB=1e9 TB=1e12 PB=1e15",
    "length": "nm=1e-9 µm=1e-6 mm=.001 cm=.01 m=1 km=1000",
    "weight": "µg=1e-6 mg=.001 g=1 kg=1000 t=1e6",
    "volume": "ml=.001 l=1",
    "power": "W=1 kW=1e3 MW=1e6",
    "frequency": "Hz=1 kHz=1e3 MHz=1e6 GHz=1e9",
    "share": "bps=1 pp=100",
}
SIZES = {
    unit: (dimension, float(size))
    for dimension, sizes in _SIZES.items()
    for unit, size in (pair.split("=") for pair in sizes.split())
}


def factor(unit: str, other: str) -> float:
    """How many of `other` one of `unit` is; 0 where they do not measure the same."""
    if unit == other:
        return 1.0
    (dimension, size), (another, its) = SIZES.get(unit, ("", 0.0)), SIZES.get(other, ("?", 1.0))
    return size / its if dimension == another else 0.0
