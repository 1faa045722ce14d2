"""What a segment speaks of: phrases that make it an outage, lessen it, or make it something else.

Adding a phrase is adding a line to its sign, with a row in the table of the tests.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIGNS: dict[str, tuple[str, ...]] = {
    # it cannot be used
    "outage": (
        r"(?:available|open|accessible|online|operational)\b[^.;]{0,80}\bexcept(?:ing)?\b",
        r"unavailab\w+",
        (
            r"not (?:be )?(?:fully )?(?:available|accessible|operational|reachable|usable"
            r"|functional|function|work|be able)"
        ),
        r"not (?:be )?(?:working|up and running)",
        r"n't (?:be )?(?:available|accessible|able|reachable|working)",
        r"no longer (?:be )?accessible",
        r"inaccessible",
        r"unreachable",
        (
            r"(?:cannot|can not|can't|won't|unable to|not (?:be |being )?able to) (?:be"
            r" )?(?:\w+ )?(?:access|reach|log|use|connect|sign|view|submit|enter|process"
            r"|complete|perform|make|place|retriev|log-?in|send|sent|receiv|deliver|pay|paid|book"
            r"|schedul|print|upload|download|sav|edit|updat|renew|order|order|search|creat|us)\w*"
        ),
        (
            r"(?<!drop)(?<!drop-)(?<!slow )(?<!slowed )(?<!scroll )\bdown\b(?! (?:arrow|below"
            r"|to))"
        ),
        r"off-?line",
        r"out of (?:service|operation|order|commission)",
        r"\bout from\b",
        r"is out\b",
        r"are out\b",
        r"shut(?:ting)? ?down",
        r"(?:powered|turned|switched) off",
        r"goes off",
        r"out of action",
        r"(?:go|goes|going) dark",
        r"go off",
        r"power (?:is |will be )?(?:cut|off)",
        r"no access",
        r"lose (?:all )?access",
        r"access will be (?:lost|suspended)",
        r"stops?\b(?= (?:from|between|working|on|at))",
        r"suspended",
        r"taken down",
        r"brought down",
        r"closed? for (?:\w+ ){0,3}(?:maintenance|upgrade\w*)",
        r"no (?:service|connectivity|connection)\b",
        (
            r"no (?:e-?mail|internet|network|wi-?fi|intranet|vpn|web|online|remote|phone)\b"
            r"(?= (?:access|services?|connectivity|connections?|traffic)\b|[.,;!]|$"
            r"| (?:during|from|between|will))"
        ),
        r"closed to (?:all )?(?:\w+ )?(?:users?|customers?|members|subscribers|logins?|traffic)\b",
        r"loss of (?:service|access|connectivity)",
        r"unusable",
        r"will be (?:cut|stopped)",
        r"(?<!non-)(?<!non)\bdisruptive",
    ),
    # names of an outage that may still be a small one
    "outage_noun": (
        r"dark (?:day|period)s?",
        r"outages?",
        r"down-?times?",
        r"down time",
        r"interruptions?",
        r"interrupted",
        r"service suspension",
        r"blackout (?=window)",
        r"service window",
    ),
    # work on it
    "work": (
        r"maintenance",
        r"maintained",
        r"upgrad\w+",
        r"patch(?:es|ing|ed)?\b",
        r"migrat\w+",
        r"deploy\w*",
        r"cut-?over",
        r"switch-?over",
        r"fail-?over",
        r"re-?locat\w+",
        r"repairs?\b",
        r"power work",
        r"planned (?:work|works)",
        r"scheduled (?:work|service|update)",
        r"work on the",
        r"network work",
        r"system (?:updates?|work|changes)",
        r"software (?:updates?|release)",
        r"security updates?",
        r"(?:re-?boot|re-?start)\w*",
        r"implementation",
        r"installation",
        r"switching",
        r"replacements?\b(?! (?:cards?|parts?|check|cost))",
        r"service window",
        r"service break",
        r"change window",
        r"release window",
        r"new time (?:was|is|has been) set",
        r"works? (?:is|are|will be) (?:carried out|performed|done)",
        r"engineering works?",
        r"essential works?",
    ),
    # less than an outage
    "degraded": (
        r"degrad\w+",
        r"slow(?:er|ness|ly|down|downs)?\b(?!ly)",
        r"sluggish\w*",
        r"intermittent\w*",
        r"at[- ]risk",
        r"risk period",
        r"read[- ]only",
        r"limit(?:ed|s)?\b(?! time| of| to)",
        (
            r"reduced (?:\w+ )?(?:performance|capacity|functionality|service|availability"
            r"|redundancy)"
        ),
        r"delays\b",
        r"be delayed",
        r"delayed (?:processing|response|delivery|updates|notifications)",
        r"latenc\w+",
        (
            r"(?:brief|short|momentar\w+|minor|small|few|occasional) (?:\w+"
            r" ){0,2}(?:interruption|disruption|drop|loss|disconnect|pause|blip|period|glitch"
            r"|outage|interrupt|hiccup|slowness|delay|unavailab|downtime)\w*"
        ),
        r"momentar\w+",
        r"sporadic\w*",
        r"partial\w*",
        r"cannot be guaranteed",
        r"not (?:be )?generated",
        r"(?:poor|impaired|impacted) performance",
        r"performance (?:issues?|degradation|impact|problems?|may)",
        (
            r"some (?:\w+ ){0,2}(?:functions?|features?|functionality|users?) (?:may|might|will"
            r"|could)"
        ),
        r"individual functions",
        r"time-?outs?",
        r"disruptions?",
        r"flap\w*",
        r"blips?",
        r"still works?",
        r"most \w+ without",
        r"for (?:a few|several) (?:seconds|minutes)",
        r"up to \w+ (?:seconds)",
        r"one or more (?:brief|short)",
        (
            r"(?:may|might|could|will) (?:experience|notice|see|encounter) (?!an? (?:outage"
            r"|downtime|interruption))"
        ),
        r"reduced",
        r"without redundancy",
        r"not all (?:functions|features|services)",
    ),
    # nothing to notice
    "harmless": (
        (
            r"\bno (?:\w+ ){0,3}(?:impact|down-?time|outages?|interruptions?|disruptions?"
            r"|effect)\b(?! (?:to|on|for) (?!(?:any |our |the |your |all )?(?:users?|customers?"
            r"|clients?|services?|systems?|you|anyone|production|availability|operations)))"
        ),
        r"non-?disruptive",
        r"non-?impacting",
        (
            r"without (?:any )?(?:\w+ ){0,2}(?:down-?time|interruptions?|impact|outages?"
            r"|disruptions?)"
        ),
        (
            r"not (?:be )?(?:expected|anticipated|likely) to (?:impact|affect|cause|interrupt"
            r"|disrupt|result)"
        ),
        r"(?:will|should|does|do|is) not (?:impact|interrupt|disrupt|cause)\b",
        (
            r"not (?:expect|anticipate) (?:any )?(?:\w+ )?(?:impact|downtime|outage"
            r"|interruption|disruption)"
        ),
        r"zero[- ]downtime",
        r"hitless",
        r"not service[- ]affecting",
        r"transparent to",
        r"impact: (?:none|no)(?=\W*$)",
        r"none expected",
        r"downtime: (?:none|no\b|0)",
    ),
    # something that goes on as it is
    "spared": (
        r"not (?:be )?(?:affected|impacted|interrupted)",
        r"unaffected",
        r"(?:will|should|does|do|is|are) not (?:\w+ )?affect",
        (
            r"(?:remain|remains|stay|stays|continue to be|still be|still|be fully|continue to)"
            r" (?:fully )?(?:be )?(?:available|accessible|operational|online|up|usable"
            r"|function\w*|work)"
        ),
    ),
    # what goes on is the thing itself, not a part or another thing
    "itself": (
        (
            r"\b(?:it|(?:the|our|this) (?:system|site|portal|service|application|platform|app"
            r"|website)|all (?:systems|services)|services|users|customers) (?:\w+"
            r" ){0,2}(?:remains?|stays?|continues?|still|not|unaffected)\b"
        ),
    ),
    # hours at which it is there
    "available": (
        (
            r"(?<!not )(?<!not be )(?<!be not )(?<!n't be )(?<!n't )(?<!longer )(?<!longer be"
            r" )(?<!un)\bavailable (?:from|between|monday|mon|sunday|sun|daily|during|24"
            r"|weekdays|on|until|every)"
        ),
        r"availability (?:hours|is)",
        r"hours of availability",
        r"system hours",
        r"service hours",
    ),
    # something else altogether
    "other": (
        r"\bcalls?\b (?=about|on|is|are|with|will|to discuss|for)",
        r"\bdial(?:-in)?\b",
        r"outreach",
        r"listening session",
        r"\bclaims? (?:\w+ )?(?:submitted|received|processed|held)",
        r"payment floor",
        r"no payments",
        r"\bvolunteers?\b",
        r"\bdue\b(?! to)",
        r"\bdrills?\b",
        r"\bwater (?:will|is|service|main|shut)",
        r"\b(?:dr|mr|ms|mrs|prof)\. ",
        r"^\W*i (?:am|will)\b",
        r"\bcounter\b",
        r"post office",
        r"\blobby\b",
        r"\bbranch(?:es)?\b",
        r"\bclinics?\b",
        r"for example",
        (
            r"maintenance (?:contract|agreement|fee|budget|request|staff|team|crew|technician"
            r"|worker|manual)s?\b"
        ),
        r"(?:will be|is|are) (?:announced|communicated|notified|sent|e-?mailed) ",
        (
            r"(?:department|library|store|shop|branch|building|clinic|office|counter|lobby"
            r"|facility|dining|support|email|phone|chat) hours"
        ),
        r"\bsupport (?:is|will be|team)\b",
        r"\bmeet(?:s|ing|ings)?\b",
        r"discuss\w*",
        (
            r"\b(?:road|street|lane|bridge|highway|elevator|escalator|hvac|boiler|sewer"
            r"|sidewalk|trail|playground)s?\b"
        ),
        r"help ?-?desks?",
        r"service desk",
        r"call cent(?:er|re)",
        r"contact cent(?:er|re)",
        r"customer (?:service|care|support)",
        r"representatives?",
        r"hotline",
        r"offices? (?:hours|will be|is|are|open|opens|close|closes)",
        r"field offices?",
        r"business hours",
        r"hours of operation",
        r"operating hours",
        r"opening hours",
        r"support hours",
        r"phone (?:lines|support)",
        r"telephone support",
        r"\bopens?\b(?! enrollment| 24| (?:[\w,/]+ ){0,6}except)",
        r"\breopens?\b",
        r"staff(?:ed)?\b",
        r"closes\b",
        (
            r"(?<!en)closed\b(?! for (?:\w+ ){0,3}(?:maintenance|upgrade)"
            r"| to (?:all )?(?:\w+ )?(?:users?|customers?|members|subscribers|logins?|traffic))"
        ),
        r"closures?",
        r"webinars?",
        r"trainings?\b",
        r"(?:training|information|q&a|drop-in) sessions?",
        r"conferences?",
        r"teleconferences?",
        r"workshops?",
        r"seminars?",
        r"open house",
        r"town ?hall",
        r"open door forum",
        r"conference call",
        r"\bjoin us\b",
        r"\brsvp\b",
        r"demo\b",
        r"deadlines?",
        r"\bdue (?:by|date|on)\b",
        r"submit (?:\w+ ){0,4}by",
        r"must be (?:received|submitted|filed|postmarked)",
        r"submission (?:period|window)",
        r"submissions? (?:received|are due|will be accepted)",
        r"received (?:after|before|by)",
        r"receipt date",
        r"acknowledge by",
        r"enrollment (?:period|window) (?:is|runs|opens|begins)",
        r"registration",
        r"register (?:for|by|at|now)",
        r"comment period",
        r"thanksgiving\b(?! (?:\w+ )?(?:release|maintenance|upgrade|outage|downtime|deployment))",
        r"holiday (?:hours|schedule)",
        r"election",
        r"celebrat\w+",
        r"ceremony",
        r"interview",
        r"lunch",
        r"picnic",
        r"(?:a|the|holiday) party",
        r"tournament",
        r"\bclass(?:es)? (?:start|begin|meet)",
        r"appointments?",
        r"walk-?in",
        r"tours?\b",
        r"exhibit",
        r"shuttle",
        r"parking",
        r"street sweeping",
        r"survey",
        r"poll\b",
    ),
    # what has been
    "past": (
        r"\byesterday",
        r"\b(?:last|previous|most recent) (?:\w+ )?(?:maintenance|outage|upgrade|window) was\b",
        r"\blast (?:night|month|year)\b",
        r"could not",
        r"couldn.t",
        r"\b(?:saw|ran)\b",
        (
            r"\bwe (?:have )?(?:released|deployed|upgraded|fixed|restored|rolled|migrated"
            r"|performed|applied)\b"
        ),
        (
            r"(?:was|were|had been|has been|have been) (?:\w+ ){0,2}(?:unavailable|not"
            r" available|down|offline|out\b|inaccessible|interrupted|affected|experiencing"
            r"|impacted|disrupted|degraded|unable|slow)"
        ),
        r"experienced",
        r"suffered",
        r"\bhad (?:a|an|some|intermittent|trouble|problems?|issues?)\b",
        r"\boccurred",
        r"took place",
        r"went (?:down|offline)",
        r"\blasted\b",
        r"mailbox outage",
        r"root cause",
        r"post-?mortem",
        r"we apologi[sz]e for the (?:outage|interruption)",
    ),
    # it is taken back
    "cancelled": (
        r"cancel(?:l?ed|lation|l?ing)\b",
        r"postpon(?:ed|ing|ement)",
        r"call(?:ed|ing) off",
        (
            r"(?:decided to|going to|we will|we must|we are|we (?:have|had|need|have had) to"
            r"|will have to|we) (?:cancel|postpone|call off|put off|push back|put back|delay|defer"
            r"|abandon|scrap|skip)\b"
        ),
        r"(?:put off|scrapped|shelved|abandoned|rescinded)\b",
        (
            r"(?:will|is|does) (?:not|no longer) (?:be )?(?:taking place|take place|occur"
            r"|happen|go ahead|proceed|be (?:performed|needed|necessary|required))"
        ),
        r"no longer (?:scheduled|needed|necessary|required|planned|taking place)",
        r"has been (?:withdrawn|put on hold|deferred)",
        r"put on hold",
        (
            r"(?:maintenance|outage|work|downtime|window|upgrade)\b[^;]{0,60}"
            r" (?:is|are) off\b(?![- ]?\w)"
        ),
        r"won't (?:be (?:taking place|needed|required)|take place|happen|occur|go ahead)\b",
        r"no longer (?:affect|impact|interrupt)",
        r"disregard\b",
        r"delayed until further notice",
        r"deferred",
        r"aborted",
    ),
    # it is over
    "done": (
        (
            r"(?:has|have) (?:now )?(?:been )?(?:successfully )?(?:completed|finished|ended"
            r"|concluded|resolved|restored)"
        ),
        (
            r"(?:is|are|was|were) (?:now )?(?:successfully )?(?:complete|completed|finished"
            r"|resolved|restored|over|concluded)(?! by)\b"
        ),
        r"(?:is|are) (?:now |all )?done(?=\W*$)",
        r"\bcompleted!?(?=[ ]*(?:$|[-:!.\])*]))",
        r"^\W*(?:completed|resolved|done|finished)\b",
        r"\b(?:resolved|completed|finished)\b[^a-z]{0,40}:",
        r"back (?:online|up|in service) (?:now|and|again)\b",
        r"status: (?:completed|resolved|closed)",
        r"maintenance (?:successfully )?completed",
        r"is (?:now )?(?:back(?! at| by| on)|available again)",
        r"(?:^|: ?)(?:done|finished|completed)\b",
    ),
    # its end is waited for
    "awaited": (
        (
            r"(?:when|once|until|till|after|if|as soon as|before|unless)\b[^.;,]{0,60}"
            r"\b(?:is|are|be|been) (?:\w+ )?"
            r"(?:done|completed?|finished|resolved|restored|over|back|concluded)\b"
        ),
    ),
    # it goes on as this is written
    "now": (
        r"(?:right now|at (?:this|the) (?:moment|time)|at present)\b",
        (
            r"(?:is|are) (?:currently |now |presently )?(?:down|off-?line|unavailable|undergoing"
            r"|performing|under(?:going)? maintenance|in maintenance)\b"
        ),
        r"(?:currently|presently) (?:down|off-?line|unavailable|undergoing|under|performing|not)\b",
    ),
    # it has another time
    "moved": (
        r"re-?scheduled",
        (
            r"(?:moved|changed|postponed|delayed|pushed(?: back)?|brought forward|shifted"
            r"|deferred|revised) (?:\w+ ){0,3}?(?:to|until|for|from)\b"
        ),
        r"new (?:date|time|window|schedule|start)",
        r"instead of",
        r"originally",
        r"previously (?:scheduled|announced|planned)",
        r"has (?:been )?changed",
    ),
    # it has another end
    "extended": (
        r"extend\w*",
        r"now (?:end|ends|expected to end|finish|finishes|complete|be completed)",
        r"longer than (?:expected|planned|anticipated)",
        r"overrun\w*",
        r"running (?:over|late)",
        r"additional time",
        r"more (?:minutes|hours)",
    ),
    # it does not come back
    "permanent": (
        r"\bretir(?:e|ed|es|ement|ing)\b",
        r"decommission\w*",
        r"replaced by",
        r"permanent\w*",
        r"discontinu\w+",
        r"sunset\w*",
        r"and after\b",
        r"end of life",
        r"no longer be (?:available|supported|accessible)",
    ),
    # there is no maintenance
    "none": (
        (
            r"\bno (?:additional |further |other |new |scheduled |planned |upcoming |routine "
            r"|regular |weekly |system )*(?:maintenance|outages?|down-?time)\b"
        ),
        r"maintenance (?:\w+ ){0,2}(?:will|is|does) not (?:take|occur|schedul)",
        r"maintenance (?:\w+ ){0,2}(?:will|is|does) not be (?:perform|schedul|need|done|held)",
        r"not (?:be )?(?:perform|perform\w*|take place|scheduled)\b",
        r"there (?:is|are|will be) none",
        r"black-?out (?:period|date|day|window)s?",
        r"maintenance[- ]free",
        r"moratorium",
        r"(?:not|n't) be (?:down|offline|unavailable)",
        r"no longer (?:be )?down",
        r"nothing (?:\w+ )?(?:is )?scheduled",
        r"freeze",
    ),
    # words for others to fill in
    "sample": (
        (
            r"\[(?:(?:new|end|start|insert|your|enter) [^\]]{0,30}|date|time|date & time|system"
            r" name)\]"
        ),
        r"\bxx\b",
        r"mm/dd",
        r"\btemplate",
        r"sample (?:text|message|notice)",
        r"suggested (?:wording|text)",
        r"<date>",
        r"placeholder",
        r"lorem",
    ),
    # only if
    "conditional": (r"\bif (?:you|your|there|the)\b",),
    # it repeats
    "weekly": (
        r"\bweekly\b",
        r"regularly[- ]scheduled",
        r"\bevery\b",
        r"\beach\b",
        r"normal(?:ly)?\b",
        r"usual(?:ly)?\b",
        r"typical(?:ly)?\b",
        r"recurring",
        r"generally",
        r"as a rule",
        r"standing",
        r"daily",
        r"nightly",
        r"when (?:\w+ ){1,3}is (?:needed|required|necessary)",
        r"\bweekends\b",
        r"\bweekdays\b",
        (
            r"regular (?:\w+ ){0,3}(?:schedule|window|windows|hours|days|period|periods"
            r"|times?)\b"
        ),
        r"windows (?:are|is)",
        r"maintenance windows",
        r"maintenance days",
        r"standard (?:\w+ )?(?:maintenance )?(?:window|hours|period)",
        r"reserved",
        r"by default",
        r"once a week",
    ),
    # it may repeat
    "routine": (
        r"regular(?:ly)?\b",
        r"routine(?:ly)?\b",
        r"standard",
        r"maintenance (?:window|hours|period)",
        r"preventive",
        r"ongoing",
        r"we (?:perform|conduct|carry out|do)\b",
        r"is (?:performed|conducted|carried out|done)",
        r"takes place",
        r"occurs",
        r"\bfalls\b",
        r"stay",
    ),
    # it is this one time
    "coming": (
        r"\bwill\b",
        r"(?:scheduled|planned|next|emergency|upcoming|urgent) (?:\w+ )?maintenance window\b",
        r"\bupcoming\b",
        r"this (?:week|coming|mon|tue|wed|thu|fri|sat|sun)",
        r"\btonight\b",
        r"going to",
        r"(?:is|are) scheduled for",
    ),
    # from midnight to midnight
    "whole_day": (
        r"all[- ]day",
        r"whole (?:day|weekend)",
        r"entire (?:day|weekend)",
        r"dark (?:day|period)s?",
        r"throughout",
        r"full day",
        r"24 hours",
        r"for the (?:day|weekend)",
    ),
    # it is told elsewhere
    "pointer": (
        (
            r"(?:listed|posted|announced|published|shown|found|displayed) (?:\w+ )?(?:below"
            r"|above|here|on (?:this|the))"
        ),
        r"will be (?:listed|posted|announced)",
        r"learn (?:how|more)",
        r"instructions",
        r"click",
        r"sign up",
        r"subscribe",
    ),
    # it may happen
    "advisory": (
        (
            r"(?:may|might|could|can|will|is|are|must) (?:\w+ )?(?:occur|be (?:performed"
            r"|scheduled|required|conducted|down|unavailable|inaccessible|out|offline)|happen"
            r"|affect|take place|performed|scheduled|planned|done|conducted)"
        ),
    ),
}
_WORD = re.compile(r"(?:\(\?:)*(?!n't)[a-z]")


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern; a phrase that begins with a word is only tried where one begins."""
    given = list(phrases)
    words = [phrase for phrase in given if _WORD.match(phrase)]
    others = [phrase for phrase in given if not _WORD.match(phrase)]
    joined = [rf"\b(?:{'|'.join(words)})"] if words else []
    return re.compile("|".join(joined + others))


_SEARCH = {name: _any_of(phrases) for name, phrases in _SIGNS.items()}
_SPEAKING = ("work", "outage", "outage_noun", "degraded", "cancelled")
_SPOKEN = _any_of(
    (
        *(phrase for name in _SPEAKING for phrase in _SIGNS[name]),
        r"(?:non-?)?disruptive",
        r"start:? ?\d{4}-\d\d-\d\dt",
    )
)


def speaks(folded: str) -> bool:
    """Whether some folded words announce anything: the cheapest question of all."""
    return _SPOKEN.search(folded.lower()) is not None


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs found in some words."""

    found: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.found

    def any(self, *names: str) -> bool:
        """Whether one of them is there."""
        return not self.found.isdisjoint(names)

    @property
    def announces(self) -> bool:
        """Whether it speaks of maintenance or of an outage."""
        return self.any("outage", "outage_noun", "work", "degraded")


def signs_of(words: str) -> Signs:
    """Return the signs in some folded words."""
    lower = words.lower()
    found = {name for name, search in _SEARCH.items() if search.search(lower)}
    if "awaited" in found:
        found.discard("done")
    return Signs(frozenset(found))
