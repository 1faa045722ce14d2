"""The phrases of times, dates, zones, lengths and repetitions, one row for each.

The text is folded and in lower case when they are looked for. The rows are tried in this order and
the first that fits is taken; adding a phrase is adding it to a row, with a test.
"""

import re

from probe.maintenance.reading import zonenames

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": -1, "final": -1,
}  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "half": 0.5, "half an": 0.5, "half a": 0.5,
    "one and a half": 1.5, "two and a half": 2.5, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty-five": 45, "sixty": 60, "ninety": 90, "twenty-four": 24, "forty-eight": 48,
}  # fmt: skip
UNITS = {"m": 1, "h": 60, "d": 1440, "w": 10080}

_MER = r"[ap]\s?\.?\s?m\b\.?"
_MONTH = (
    r"(?:january|febr?u?r?ary|march|april|june|july|august|sept?em?e?ber|october|november|december"
    r"|may|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_WEEKDAY = (
    r"(?:(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:'s|s)?"
    r"|(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)s?\b\.?)"
)
_NUMBER = r"(?:\d{1,3}(?:\.\d)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?:hours?|hrs?|minutes?|mins?|days?|weeks?)"
_EXPECTED = r"(?:expected|scheduled|planned|anticipated|due|estimated|projected|set|slated|likely)"
_VERBS = r"(?:is|are|was|should|will|would|may|it|to|then|which|be|has been|currently)"

#: In this order; the first that fits is taken. Adding a phrase is adding a row here.
_ROWS: tuple[tuple[str, str], ...] = (
    ("url", r"https?://\S{1,2000}|www\.\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,100}\.\w+"),
    (
        "skip",
        (
            r"before last|24\s?[/x]\s?7(?:/365)?|(?:\d-)?\(?\d{3}\)?[ -]\d{3}-\d{4}|1-8\d\d-[\w-]+"
            r"|(?:24|twenty-four) hours (?:a|per) day|(?:7|seven) days (?:a|per) week"
            r"|\$\s?[\d,.]+|#\d+|\d+(?:\.\d+)?\s?%|v?\d+\.\d+\.\d+\.\d+|v\d+(?:\.\d+)*\b"
        ),
    ),
    (
        "iso",
        r"(?P<isod>\d{4}-\d\d-\d\d)t(?P<isoh>\d\d):?(?P<isom>\d\d)(?::?(?P<isos>\d\d)(?:\.\d{1,9})?)?(?P<isoz>z|[+-]\d\d:?\d\d)?(?!\w)",
    ),
    (
        "ctime",
        (
            r"(?<!to )(?<!until )(?<!from )(?:mon|tue|wed|thu|fri|sat|sun),? (?:(?P<cm1>[a-z]{3}) {1,2}(?P<cd1>\d{1,2}) "
            r"\d\d:\d\d:\d\d (?:[a-z]{3,4} )?(?P<cy1>\d{4})"
            r"|(?<=date: \w\w\w, )(?P<cd2>\d{1,2}) (?P<cm2>[a-z]{3}) (?P<cy2>\d{4}) \d\d:\d\d:\d\d)"
            r"(?: [+-]\d{4})?(?: \([a-z]{3,4}\))?(?! ?(?:to|until|through)\b)"
        ),
    ),
    (
        "frequency",
        (
            r"(?P<often>once|one time|twice|two times|three times|several times)"
            r" (?:a|per|each|every) (?P<unit>week|month|year|quarter)\b"
            r"|twice-(?P<unit2>weekly|monthly)|(?P<yearly>annual)\b"
        ),
    ),
    (
        "refuse",
        r"every other (?:week|month|day)|bi-?weekly|bi-?monthly|fortnightly|fortnight"
        r"|quarterly"
        r"|(?:semi-?|bi-?)annual(?:ly)?\b|annually|yearly|each (?:quarter|year)"
        r"|every (?:quarter|year|few)"
        r"|(?:one|two|a|some|certain|selected|select|a fixed|an?other|alternate"
        r"|alternating) "
        r"(?=" + _WEEKDAY + r"(?! (?:morning|night|evening)))"
        r"|(?:your |local )+(?:region(?:al)? )?time|(?:server|game|station|lab) time\\b"
        r"(?!\\W{1,3}(?:utc|gmt))|local (?!time|hours)\\w{3,12} (?:\\(\\w+\\) )?time\\b|in your (?:time ?zone|area)"
        r"|until further notice|until (?:the )?(?:unknown|complete[d]?|finished|tbd)"
        r"|off-?\s?peak|after[- ]hours|non-?business hours"
        r"|outside (?:of )?(?:normal )?business hours"
        r"|(?:cob|close of business|eob|end of business)\b(?! \w+ \d)"
        r"|(?:over )?the next (?:few|two|three|several) (?:days|weeks|months)"
        r"|tbd\b|tba\b|to be (?:determined|announced|confirmed)|(?:early|mid"
        r"|late)[- ](?=" + _MONTH + ")"
        r"|business days?|next week(?:end)?\b"
        r"|(?:first|second|third|fourth|last) (?:full )?(?:weekend|week|business day"
        r"|working day|weekday)\b",
    ),
    (
        "umbrella",
        (
            r"(?:in |on |over |during )?(?:the )?week(?:end)? (?:of|after|before|beginning"
            r"|commencing|ending)\b"
        ),
    ),
    (
        "holidays",
        (
            r"(?:federal |public |bank |national |state |statutory |company "
            r"|observed )?holidays?\b"
        ),
    ),
    ("patch", r"patch tuesday"),
    (
        "monthday",
        (
            r"(?:the )?(?P<md>first|last|1st|\d{1,2}(?:st|nd|rd"
            r"|th)) (?:calendar )?day of (?:each|every|the|a) (?:calendar )?month"
            r"|(?:the )?(?P<mf>first|1st) of (?:each|every|the) (?:calendar )?month"
            r"|(?:the )?(?P<me>\d{1,2}(?:st|nd|rd|th)) of (?:each|every"
            r"|the) (?:calendar )?month"
        ),
    ),
    (
        "month_mark",
        (
            r"(?:of|in|during) (?:each|every|the|a|any) (?:calendar )?month\b|(?:each|every"
            r"|per) (?:calendar )?month\b|of the month\b|monthly\b"
        ),
    ),
    (
        "daily",
        (
            r"(?:every|each) (?:single )?(?:day|night|evening|morning)\b(?! of)|daily"
            r"|nightly|per (?:day|night)\b|(?:7|seven) days (?:a|per) week"
            r"|on a (?:daily|nightly) basis|all days"
        ),
    ),
    ("weekdays", r"(?:every|each|any|on|all)? ?(?:week-?days?\b|week-?nights?\b|working days?\b)"),
    (
        "weekends",
        (
            r"(?:every|each|any|on|all)? ?weekends\b|(?:every|each|any) weekend\b"
            r"|weekend (?=(?:mornings|evenings|nights)\b)"
        ),
    ),
    ("weekly", r"weekly|(?:every|each|per|once a) week\b"),
    ("other", r"every other (?=" + _WEEKDAY + ")"),
    (
        "every",
        r"(?:every|each)\b(?= (?:and every )?(?:"
        + _WEEKDAY
        + r"|\d|first|second|third|fourth|fifth|last|one|two|three))",
    ),
    (
        "relative",
        r"(?:this|the|on the)? ?(?:coming )?(?P<rel>tonight|tomorrow"
        r"|today)\b(?: (?:night|evening|morning|afternoon))?"
        r"|(?P<thisday>this (?:coming |past )?|coming |upcoming |following |next )(?="
        + _WEEKDAY
        + ")|(?P<vague>this (?:evening|morning|afternoon))"
        r"|(?:on |over )?this (?:coming )?weekend\b",
    ),
    ("weekday", r"\b" + _WEEKDAY + r"(?![\w])"),
    (
        "numeric",
        r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?P<ns>[/.-])\d{1,2}(?P=ns)(?:\d{4}"
        r"|\d\d))(?![\d/])"
        r"|\d{1,2}[-/](?:" + _MONTH + r")[- /]'?(?:\d{4}|\d\d)(?!\d)|\d{1,2}/\d{1,2}(?![\d/%])",
    ),
    (
        "clock",
        r"(?:(?:12(?::00)?|at|exactly) ?)?(?P<cw>noon|midday|midnight)(?: ?" + _MER + r")?(?![\w])"
        r"|(?P<h>\d{1,2})(?:[:.](?P<mi>\d\d))?(?::(?P<sec>\d\d))?\s?(?P<mer>" + _MER + r")(?![\w])"
        r"|(?P<hap>\d{1,2})(?::(?P<map>\d\d)(?P<merap>[ap])(?![\w.'])"
        r"|(?P<merap2>[ap])(?=\s?(?:-|to)\s?\d{1,2}(?::\d\d)?[ap]\b))"
        r"|(?:(?<=[ap]-)|(?<=[ap] - )|(?<=[ap] to ))(?P<hap3>\d{1,2})(?P<merap3>[ap])(?![\w.'])"
        r"|(?P<h3>\d{1,2})(?P<m3>\d\d)\s?(?P<mer3>" + _MER + r")(?![\w])"
        r"|(?P<h24>\d{1,2}):(?P<m24>\d\d)(?::(?P<s24>\d\d)(?:\.\d+)?)?\s?(?P<hrs>(?:hrs?|hours|h"
        r"|z)\b)?"
        r"(?:\s?(?P<mer24>" + _MER + r"))?(?![\w:])"
        r"|(?P<hh>[01]\d|2[0-4])(?P<mh>[0-5]\d)\s?(?:hrs?\b|hours\b|h\b|z\b)"
        r"|(?P<hfr>\d{1,2})h(?P<mfr>\d\d)?(?!\w)|12 ?(?P<mn>mn)\b",
    ),
    (
        "zoffset",
        r"\(?\b(?:utc|gmt)\s?(?P<sign>[+-])\s?(?P<zh>\d{1,2})"
        r"(?::?(?P<zm>\d\d))?(?!\d)(?! ?(?:utc|gmt|"
        + _MER
        + r"|h\b|:|"
        + _MONTH
        + r"))(?: ?hours?| hrs)?\)?|(?<=:\d\d )(?P<sign2>[+-])(?P<zh2>[01]\d):?(?P<zm2>00"
        r"|15|30|45)(?![\d:])(?! ?(?:utc|gmt|e[sd]?t|c[sde]?t))",
    ),
    (
        "zpath",
        (
            r"\b(?:africa|america|asia|atlantic|australia|europe|indian|pacific|us"
            r"|etc)/[a-z_+\-\d/]{2,30}"
        ),
    ),
    (
        "zwords",
        r"(?:u\.?s\.? )?\b(?P<zw>" + "|".join(sorted(zonenames.WORDS, key=len, reverse=True)) + r")"
        r"(?:\s(?:standard|daylight|daylight savings?|summer|prevailing|local"
        r"|civil))?(?: ?/ ?daylight)?\s?time\b(?: zone)?"
        r"|(?P<zw1>eastern|central|mountain|pacific)(?! (?:region|office|server|data"
        r"|europ|time|coast|states|admin|north|south|medic|daylight|standard))\b",
    ),
    (
        "zname",
        r"\b(?:"
        + "|".join(sorted(map(str.lower, zonenames.NAMES), key=len, reverse=True))
        + r")\b",
    ),
    ("month", r"\b" + _MONTH + r"(?![\w])"),
    (
        "ordinal",
        r"(?P<on>\d{1,2})(?:st|nd|rd|th)\b|\b(?P<ow>first|second|third|fourth|fifth"
        r"|last|final)\b"
        r"(?=,? (?:and|or|&|" + _WEEKDAY + r"|of\b|first|second|third|fourth|fifth|last))",
    ),
    (
        "length",
        r"(?P<lp>(?:up to|less than|no (?:more|longer) than|at most|under|maximum of"
        r"|not (?:to )?exceed(?:ing)?)\s)?"
        r"(?P<la>(?:approximately|approx\.?|about|around|roughly|an estimated|estimated"
        r"|~|some)\s?)?"
        r"(?P<l1>"
        + _NUMBER
        + r")(?: ?\(\d+\))?(?: ?(?:-|to|or) ?(?P<l2>"
        + _NUMBER
        + r")(?: ?\(\d+\))?)?[ -]?"
        r"(?P<lu>" + _UNIT + r")\b(?:(?:,? and)? ?(?P<l3>\d{1,2}|thirty|fifteen) ?(?P<lu3>minutes?"
        r"|mins?)\b)?(?P<lt> or (?:less|so|fewer)| maximum| max)?"
        r"(?P<lx>,?'?s? ?(?:\w+ )?(?:prior|before|in advance|advance|notice|ago|earlier"
        r"|later|after|old|until|apart|each|per)\b| of (?:\w+ )?notice)?",
    ),
    (
        "next_day",
        (
            r"(?:(?:on |of )?the )?(?:following|next) (?:day|morning)|the same (?:day"
            r"|evening|night)|(?:that|same) (?:day|evening|night)|\(?\+1 ?(?:day)?\)?"
            r"|next calendar day"
        ),
    ),
    (
        "hours_of",
        (
            r"(?:the )?following (?:dates?|times?|days?|schedule|periods?|hours|windows?)\b"
            r"|(?:the )?(?:hours|time|period|window|times) (?:of\b|(?=between|from))"
        ),
    ),
    (
        "part",
        (
            r"\b(?:in the )?(?:early |late )?(?:mornings?|evenings?|nights?|afternoons?"
            r"|overnight)\b"
        ),
    ),
    (
        "stamp",
        r"(?<!be )(?<!not )"
        r"(?:\b(?:date )?posted(?: date)?|published|last (?:modified|updated|reviewed"
        r"|revised|changed)|page (?:updated|modified)|updated|modified|issued|revised"
        r"|as of|release date|publication date|dated|sent"
        r"|update|resolved|identified|investigating|monitoring|completed|verifying"
        r"|in progress|original|announced|created(?:time)?)\b(?: (?:on|at|as of|date"
        r"|by \w+)){0,3} ?[:@-]?(?= ?[\d(@'\"-]|[ ]*\b(?:"
        + _MONTH
        + "|"
        + _WEEKDAY
        + "))|comment ;(?= ?\\d)",
    ),
    (
        "end",
        r"(?:[,;]? ?(?:and|but) )?(?:(?:"
        + _VERBS
        + r" ){0,4}(?:"
        + _EXPECTED
        + r" (?:to )?)?(?:be )?(?:(?:approximate|estimated|expected|scheduled|planned"
        r"|the) ){0,3}"
        r"(?:end(?:time|s|ing|ed)?|conclud(?:e|es|ing)|finish(?:es|ing|ed)?|complet(?:e|es"
        r"|ing)|completed (?=by|at|on|around)|restored(?: to (?:service|normal|users))?"
        r"|continu(?:e|es|ing)"
        r"|last(?:s|ing)?(?! (?:mon|tue|wed|thu|fri|sat|sun|day|week|business|month"
        r"|year|full|weekend))|extend(?:s|ing)|resumes?|run(?:s|ning)? (?=until|through"
        r"|till)|(?:brought |be )?back(?: up| online| in service| on| to normal)?"
        r"|brought (?:online|up)(?: in \w+)?|return(?:s"
        r"|ed)?(?: to (?:service|normal))?|com(?:e|es|ing) back(?: up| online)?|(?:be )?available again"
        r"|expir(?:e|es|ing)|through the end of)\b)"
        r"(?:\s?(?:times?|dates?|no later than|not later than|until|through|thru|till"
        r"|to|at|by|on|around|for|online|up|approximately|about|eta|is|/)\b"
        r"| ?:)*(?= ?[^a-z]|\W*(?:mon|tues|wednes|thurs|fri|satur|sun|midnight|noon|the"
        r"|half|an|one|two|three|four|five|six|eight|ten|twelve|less|up|jan|feb|mar|apr"
        r"|may|jun|jul|aug|sep|oct|nov|dec|approx|about|around|no|the|tomorrow))",
    ),
    (
        "from",
        r"(?:"
        + _VERBS
        + r" ){0,4}(?:"
        + _EXPECTED
        + r" (?:to )?)?(?:(?:be )?(?:approximate|estimated|expected|scheduled|planned|new"
        r"|the) ){0,3}"
        r"(?:effective|start(?:time|s|ing|ed)?|beg[ia]n(?:s|ning)?|commenc(?:e|es|ing)"
        r"|from)\b(?:\s?(?:times?|dates?|date/time|from|at|on|around|approximately|of"
        r"|is|/)\b| ?:)*",
    ),
    ("between", r"(?:sometime |anywhere )?between\b|btwn?\b\.?|b/w\b"),
    ("to", r"(?:up )?(?:to|through|thru|until|untill|till|til|up until|and (?:until|through))\b"),
    ("and", r"and/or\b|and\b|or\b|&|plus\b|as well as\b|both\b"),
    (
        "limit",
        (
            r"(?:no (?:sooner|later|earlier) than|prior to|by|before|after|following|since"
            r"|preceding)\b"
        ),
    ),
    (
        "negated",
        r"(?:and |but |or |are |is )?not(?: on)? (?=" + _MONTH + r"\b|" + _WEEKDAY + r"\b|\d)",
    ),
    (
        "except",
        (
            r"(?:with the )?except(?:ion)?(?:ing)?(?: (?:for|on|of|the))*\b|excluding"
            r"|other than|but not(?: on)?|apart from|none(?: on)?\b|skipping|not including"
        ),
    ),
    (
        "hedge",
        (
            r"\((?:nominally|approximately|approx\.?|roughly|about|around|tentatively|estimated"
            r"|expected)\)"
        ),
    ),
    (
        "soft",
        (
            r"(?:at|on|the|of|in|during|for|approximately|approx\.?|about|around|roughly"
            r"|circa|est\.?|eta|when|date|time|dates|times|date/time|timeframe|time frame"
            r"|window|duration|how long"
            r"|hrs|day|days|local time in|starting time|outage window|maintenance window"
            r"|hours|sharp|exactly|also|again|only)\b\.?:?"
        ),
    ),
    ("dash", r"-+>?|~(?=\s?\d)"),
    ("comma", r"[,/|]"),
    ("colon", r":"),
    ("semi", r";"),
    ("stop", r"[.!?]+(?=\s|$|[\])\"'])"),
    ("bracket", r"[()\[\]{}\"'*_=]+"),
    ("dotted", r"\d{1,2}\.\d\d(?![\d.])"),
    ("number", r"'?\d{1,6}(?![\d\w])"),
    (
        "word",
        (
            r"(?:e\.g\.|i\.e\.|etc\.|inc\.|dept\.|vs\.|no\.|st\.|u\.s\.|approx\.)"
            r"|[^\W\d_][\w'&]*(?:[./@&+-][^\W_]+)*|\d+\w*"
        ),
    ),
)
SCANNER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _ROWS))
