"""Zones by the names that people write.

A US name is the region's civil time whatever the season; a numeric offset is literal. A name that
several places use has all of them: where they differ at the instant, it can be read two ways.
"""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NEW_YORK, _CHICAGO = ("America/New_York",), ("America/Chicago",)
_DENVER, _LOS_ANGELES = ("America/Denver",), ("America/Los_Angeles",)
_PARIS, _ATHENS = ("Europe/Paris",), ("Europe/Athens",)

#: Where each is the civil time; a place of the first that the reader knows of is preferred.
NAMES: dict[str, tuple[str, ...]] = {
    "ET": _NEW_YORK, "EST": _NEW_YORK, "EDT": _NEW_YORK, "EPT": _NEW_YORK,
    "CT": _CHICAGO, "CST": _CHICAGO, "CDT": _CHICAGO, "CPT": _CHICAGO,
    "MT": _DENVER, "MST": _DENVER, "MDT": _DENVER, "MPT": _DENVER,
    "PT": _LOS_ANGELES, "PST": _LOS_ANGELES, "PDT": _LOS_ANGELES, "PPT": _LOS_ANGELES,
    "AKT": ("America/Anchorage",), "AKST": ("America/Anchorage",), "AKDT": ("America/Anchorage",),
    "HST": ("Pacific/Honolulu",), "HT": ("Pacific/Honolulu",),
    "AST": ("America/Puerto_Rico",), "ADT": ("America/Halifax",),
    "NST": ("America/St_Johns",), "NDT": ("America/St_Johns",),
    "UTC": ("UTC",), "GMT": ("UTC",), "Z": ("UTC",), "UCT": ("UTC",), "ZULU": ("UTC",),
    "BST": ("Europe/London",), "WET": ("Europe/Lisbon",), "WEST": ("Europe/Lisbon",),
    "CET": _PARIS, "CEST": _PARIS, "MEZ": _PARIS, "MESZ": _PARIS,
    "EET": _ATHENS, "EEST": _ATHENS, "MSK": ("Europe/Moscow",), "TRT": ("Europe/Istanbul",),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), "IDT": ("Asia/Jerusalem",),
    "SGT": ("Asia/Singapore",), "HKT": ("Asia/Hong_Kong",), "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",), "WIB": ("Asia/Jakarta",), "WITA": ("Asia/Makassar",),
    "WIT": ("Asia/Jayapura",), "PHT": ("Asia/Manila",), "MYT": ("Asia/Kuala_Lumpur",),
    "ICT": ("Asia/Bangkok",), "PKT": ("Asia/Karachi",), "NPT": ("Asia/Kathmandu",),
    "GST": ("Asia/Dubai",), "AWST": ("Australia/Perth",), "AEDT": ("Australia/Sydney",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"), "AET": ("Australia/Sydney",),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"), "ACDT": ("Australia/Adelaide",),
    "NZST": ("Pacific/Auckland",), "NZDT": ("Pacific/Auckland",), "NZT": ("Pacific/Auckland",),
    "SAST": ("Africa/Johannesburg",), "EAT": ("Africa/Nairobi",), "WAT": ("Africa/Lagos",),
    "BRT": ("America/Sao_Paulo",), "CLT": ("America/Santiago",), "COT": ("America/Bogota",),
}  # fmt: skip

#: Both names of one place in one word.
NAMES |= {
    f"{a}/{b}": NAMES[a]
    for a, b in (("EST", "EDT"), ("CST", "CDT"), ("MST", "MDT"), ("PST", "PDT"), ("ET", "EST"),
                 ("CET", "CEST"), ("AEST", "AEDT"),
                 ("NZST", "NZDT"), ("EET", "EEST"), ("EDT", "EST"), ("CDT", "CST"), ("PDT", "PST"),
                 ("MDT", "MST"), ("EST", "DST"), ("CST", "DST"), ("MST", "DST"), ("PST", "DST"),
                 ("BST", "GMT"))
} | {"GMT/BST": NAMES["BST"]}  # fmt: skip

#: Names in words; "time" and "standard" or "daylight" may follow.
WORDS: dict[str, str] = {
    "eastern": "ET", "central": "CT", "mountain": "MT", "pacific": "PT", "alaska": "AKT",
    "hawaii": "HT", "hawaiian": "HT", "atlantic": "AST", "arizona": "America/Phoenix",
    "phoenix": "America/Phoenix", "new york": "ET", "chicago": "CT",
    "coordinated universal": "UTC", "universal": "UTC", "greenwich mean": "UTC",
    "british summer": "BST", "british": "BST", "uk": "BST", "london": "BST",
    "irish": "Europe/Dublin",
    "central european": "CET", "central european summer": "CET", "eastern european": "EET",
    "berlin": "Europe/Berlin", "paris": "CET", "amsterdam": "Europe/Amsterdam",
    "singapore": "SGT", "hong kong": "HKT", "japan": "JST", "tokyo": "JST", "korea": "KST",
    "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "australian eastern": "AEST",
    "sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne", "perth": "AWST",
    "brisbane": "Australia/Brisbane", "new zealand": "NZT", "nz": "NZT", "auckland": "NZT",
    "zulu": "UTC", "puerto rico": "AST", "san juan": "AST", "usvi": "AST",
    "south african": "SAST", "south africa": "SAST",
    "zurich": "Europe/Zurich", "swiss": "Europe/Zurich", "vienna": "Europe/Vienna",
    "dublin": "Europe/Dublin", "lisbon": "Europe/Lisbon", "madrid": "Europe/Madrid",
    "rome": "Europe/Rome", "brussels": "Europe/Brussels", "prague": "Europe/Prague",
    "warsaw": "Europe/Warsaw", "stockholm": "Europe/Stockholm", "oslo": "Europe/Oslo",
    "copenhagen": "Europe/Copenhagen", "helsinki": "Europe/Helsinki", "athens": "Europe/Athens",
    "moscow": "Europe/Moscow", "istanbul": "Europe/Istanbul", "dubai": "Asia/Dubai",
    "beijing": "Asia/Shanghai", "shanghai": "Asia/Shanghai", "taipei": "Asia/Taipei",
    "bangkok": "Asia/Bangkok", "manila": "Asia/Manila", "jakarta": "Asia/Jakarta",
    "toronto": "America/Toronto", "vancouver": "America/Vancouver", "denver": "MT",
    "danish": "Europe/Copenhagen", "dutch": "Europe/Amsterdam", "german": "Europe/Berlin",
    "french": "CET", "swedish": "Europe/Stockholm", "norwegian": "Europe/Oslo",
    "finnish": "Europe/Helsinki", "polish": "Europe/Warsaw", "czech": "Europe/Prague",
    "austrian": "Europe/Vienna", "italian": "Europe/Rome", "belgian": "Europe/Brussels",
    "greek": "Europe/Athens", "turkish": "Europe/Istanbul", "chinese": "Asia/Shanghai",
    "taiwan": "Asia/Taipei", "japanese": "JST", "korean": "KST",
    "los angeles": "PT", "newfoundland": "America/St_Johns",
}  # fmt: skip

#: Those of WORDS that are cities: behind a time, or before it as a label, one is a zone by itself.
CITIES = (
    "phoenix", "new york", "chicago", "london", "berlin", "paris", "amsterdam", "singapore",
    "hong kong", "tokyo", "sydney", "melbourne", "perth", "brisbane", "auckland", "san juan",
    "zurich", "vienna", "dublin", "lisbon", "madrid", "rome", "brussels", "prague", "warsaw",
    "stockholm", "oslo", "copenhagen", "helsinki", "athens", "moscow", "istanbul", "dubai",
    "beijing", "shanghai", "taipei", "bangkok", "manila", "jakarta", "toronto", "vancouver",
    "denver", "los angeles",
)  # fmt: skip

#: Places that use a name of NAMES as their own, when the reader knows to be there.
_ALSO: dict[str, tuple[str, ...]] = {
    "CST": ("Asia/Shanghai", "Asia/Taipei", "America/Mexico_City", "America/Winnipeg"),
    "MST": ("America/Phoenix", "America/Edmonton"),
    "MT": ("America/Phoenix", "America/Edmonton"),
    "AST": ("America/Halifax", "America/St_Thomas", "Asia/Riyadh"),
    "BST": ("Asia/Dhaka",),
    "EST": ("America/Detroit", "America/Toronto", "America/Panama", "America/Jamaica"),
    "ET": ("America/Detroit", "America/Toronto"),
    "EDT": ("America/Detroit", "America/Toronto"),
    "PST": ("America/Vancouver", "Asia/Manila"),
    "PT": ("America/Vancouver",),
    "CET": ("Europe/",),
    "CEST": ("Europe/",),
}
#: Places in Europe that do not keep Central European Time.
_NOT_CENTRAL = re.compile(
    r"Europe/(London|Dublin|Lisbon|Athens|Helsinki|Kiev|Kyiv|Moscow|Istanbul|Bucharest|Sofia|Riga"
    r"|Tallinn|Vilnius|Minsk|Samara|Volgograd|Kirov|Saratov|Guernsey|Jersey|Isle_of_Man)"
)
#: Half-hour offsets have no name of their own; these places keep theirs the whole year.
_HALVES = {
    330: "Asia/Kolkata", 345: "Asia/Kathmandu", 270: "Asia/Kabul", 390: "Asia/Yangon",
    570: "Australia/Darwin", 210: "Asia/Tehran",
}  # fmt: skip
_METRIC = ("Europe/", "UTC", "Etc/")
#: The furthest that a zone is from UTC, in minutes.
_FURTHEST = 14 * 60


def by_name(name: str, home: str) -> tuple[str, ...]:
    """Return the IANA zones that a written name may mean, for a reader whose own zone is `home`."""
    if "/" in name and name.upper() not in NAMES:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ()
        return (name,)
    found = NAMES.get(name.upper(), ())
    for place in (*found, *_ALSO.get(name.upper(), ())):
        is_home = home == place or (place == "Europe/" and home.startswith(place))
        if is_home and not (place == "Europe/" and _NOT_CENTRAL.match(home)):
            return (home,)
    return found


def by_offset(minutes: int) -> tuple[str, ...]:
    """Return the IANA zone that keeps an offset of minutes east of UTC, if there is one."""
    if minutes == 0:
        return ("UTC",)
    if minutes % 60 == 0 and abs(minutes) <= _FURTHEST and minutes >= -12 * 60:
        return (f"Etc/GMT{-minutes // 60:+d}",)
    return (_HALVES[minutes],) if minutes in _HALVES else ()


def is_metric(names: Iterable[tuple[str, ...]]) -> bool:
    """Whether times in these zones are counted to twenty-four where they do not say otherwise."""
    return all(zone.startswith(_METRIC) for zones in names for zone in zones)
