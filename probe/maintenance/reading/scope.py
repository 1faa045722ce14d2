"""What a segment speaks of: phrases that make it an outage, lessen it, or make it something else.

One row for each sign; adding a phrase is adding it to its row, with a test.
"""

import re
from dataclasses import dataclass

_SIGNS: dict[str, str] = {
    # it cannot be used
    "outage": r"available\b[^.;]{0,80}\bexcept(?:ing)?\b|unavailab\w+|not (?:be )?(?:fully )?(?:available|accessible|operational|reachable|usable|functional|function|work|be able)"
              r"|not (?:be )?(?:working|up and running)|n't (?:be )?(?:available|accessible|able|reachable|working)|no longer (?:be )?accessible|inaccessible|unreachable"
              r"|(?:cannot|can not|can't|won't|unable to|not (?:be |being )?able to) (?:be )?(?:\w+ )?(?:access|reach|log|use|connect|sign|view|submit|enter|process|complete|perform|make|place|retriev|log-?in)\w*"
              r"|(?<!drop)(?<!drop-)(?<!slow )(?<!slowed )(?<!scroll )\bdown\b(?! (?:arrow|below|to))|off-?line|out of (?:service|operation|order|commission)|\bout from\b|is out\b|are out\b"
              r"|shut(?:ting)? ?down|(?:powered|turned|switched) off|goes off|go off|power (?:is |will be )?(?:cut|off)|no access|lose (?:all )?access|access will be (?:lost|suspended)"
              r"|stops?\b(?= (?:from|between|working|on|at))|suspended|taken down|brought down|closed? for (?:\w+ ){0,3}(?:maintenance|upgrade\w*)|no (?:service|connectivity|connection)\b|loss of (?:service|access|connectivity)|unusable|will be (?:cut|stopped)|(?<!non-)(?<!non)\bdisruptive",
    "outage_noun": r"dark (?:day|period)s?|outages?|down-?times?|down time|interruptions?|blackout (?=window)|service window",
    # work on it
    "work": r"maintenance|maintained|upgrad\w+|patch(?:es|ing|ed)?\b|migrat\w+|deploy\w*|cut-?over|switch-?over|fail-?over|re-?locat\w+|repairs?\b|power work|planned (?:work|works)"
            r"|scheduled (?:work|service|update)|work on the|network work|system (?:updates?|work|changes)|software (?:updates?|release)|security updates?|(?:re-?boot|re-?start)\w*|implementation|installation"
            r"|switching|replacement of|service window|service break|change window|release window|new time (?:was|is|has been) set|works? (?:is|are|will be) (?:carried out|performed|done)|engineering works?|essential works?",
    # less than an outage
    "degraded": r"degrad\w+|slow(?:er|ness|ly|down|downs)?\b(?!ly)|sluggish\w*|intermittent\w*|at[- ]risk|risk period|read[- ]only|limit(?:ed|s)?\b(?! time| of| to)|reduced (?:\w+ )?(?:performance|capacity|functionality|service|availability|redundancy)"
                r"|delays\b|be delayed|delayed (?:processing|response|delivery|updates|notifications)|latenc\w+|(?:brief|short|momentar\w+|minor|small|few|occasional) (?:\w+ ){0,2}(?:interruption|disruption|drop|loss|disconnect|pause|blip|period|glitch|outage|interrupt|hiccup|slowness|delay|unavailab|downtime)\w*"
                r"|momentar\w+|sporadic\w*|partial\w*|cannot be guaranteed|not (?:be )?generated|(?:poor|impaired|impacted) performance|performance (?:issues?|degradation|impact|problems?|may)|some (?:\w+ ){0,2}(?:functions?|features?|functionality|users?) (?:may|might|will|could)|individual functions"
                r"|time-?outs?|disruptions?|flap\w*|blips?|still works?|most \w+ without|for (?:a few|several) (?:seconds|minutes)|up to \w+ (?:seconds)|one or more (?:brief|short)|(?:may|might|could|will) (?:experience|notice|see|encounter) (?!an? (?:outage|downtime|interruption))|reduced|without redundancy|not all (?:functions|features|services)",
    # nothing to notice
    "harmless": r"\bno (?:\w+ ){0,3}(?:impact|down-?time|outages?|interruptions?|disruptions?|effect)\b|non-?disruptive|non-?impacting|without (?:any )?(?:\w+ ){0,2}(?:down-?time|interruptions?|impact|outages?|disruptions?)"
                r"|not (?:be )?(?:expected|anticipated|likely) to (?:impact|affect|cause|interrupt|disrupt|result)|(?:will|should|does|do|is) not (?:impact|interrupt|disrupt|cause)\b|not (?:expect|anticipate) (?:any )?(?:\w+ )?(?:impact|downtime|outage|interruption|disruption)|zero[- ]downtime|hitless|not service[- ]affecting|transparent to"
                r"|impact: (?:none|no)(?=\W*$)|none expected|downtime: (?:none|no\b|0)",
    "spared": r"not (?:be )?(?:affected|impacted|interrupted)|unaffected|(?:will|should|does|do|is|are) not (?:\w+ )?affect|(?:remain|remains|stay|stays|continue to be|still be|still|be fully|continue to) (?:fully )?(?:be )?(?:available|accessible|operational|online|up|usable|function\w*|work)",
    "itself": r"\b(?:it|(?:the|our|this) (?:system|site|portal|service|application|platform|app|website)|all (?:systems|services)|services|users|customers) (?:\w+ ){0,2}(?:remains?|stays?|continues?|still|not|unaffected)\b",
    "available": r"(?<!not )(?<!not be )(?<!be not )(?<!n't be )(?<!n't )(?<!longer )(?<!longer be )(?<!un)\bavailable (?:from|between|monday|mon|sunday|sun|daily|during|24|weekdays|on|until|every)|availability (?:hours|is)|hours of availability|system hours|service hours",
    # something else altogether
    "other": r"\bcalls?\b (?=about|on|is|are|with|will|to discuss|for)|\bdial(?:-in)?\b|outreach|listening session|\bclaims? (?:\w+ )?(?:submitted|received|processed|held)|payment floor|no payments|\bvolunteers?\b|\bdue\b(?! to)|\bdrills?\b|\bwater (?:will|is|service|main|shut)|\b(?:dr|mr|ms|mrs|prof)\. |^\W*i (?:am|will)\b|\bcounter\b|post office|\blobby\b|\bbranch(?:es)?\b|\bclinics?\b|for example|maintenance (?:contract|agreement|fee|budget|request|staff|team|crew|technician|worker|manual)s?\b|(?:will be|is|are) (?:announced|communicated|notified|sent|e-?mailed) |(?:department|library|store|shop|branch|building|clinic|office|counter|lobby|facility|dining|support|email|phone|chat) hours|\bsupport (?:is|will be|team)\b|\bmeet(?:s|ing|ings)?\b|discuss\w*|\b(?:road|street|lane|bridge|highway|elevator|escalator|hvac|boiler|sewer|sidewalk|trail|playground)s?\b|help ?-?desks?|service desk|call cent(?:er|re)|contact cent(?:er|re)|customer (?:service|care|support)|representatives?|hotline|offices? (?:hours|will be|is|are|open|opens|close|closes)|field offices?|business hours|hours of operation|operating hours|opening hours|support hours|phone (?:lines|support)|telephone support"
             r"|\bopens?\b(?! enrollment)|\breopens?\b|staff(?:ed)?\b|closes\b|(?<!en)closed\b(?! for (?:\w+ ){0,3}(?:maintenance|upgrade))|closures?|webinars?|trainings?\b|(?:training|information|q&a|drop-in) sessions?|conferences?|teleconferences?|workshops?|seminars?|open house|town ?hall|open door forum|conference call|\bjoin us\b|\brsvp\b|demo\b"
             r"|deadlines?|\bdue (?:by|date|on)\b|submit (?:\w+ ){0,4}by|must be (?:received|submitted|filed|postmarked)|submission (?:period|window)|submissions? (?:received|are due|will be accepted)|received (?:after|before|by)|receipt date|acknowledge by|enrollment (?:period|window) (?:is|runs|opens|begins)|registration|register (?:for|by|at|now)|comment period"
             r"|thanksgiving|holiday (?:hours|schedule)|election|celebrat\w+|ceremony|interview|lunch|picnic|(?:a|the|holiday) party|tournament|\bclass(?:es)? (?:start|begin|meet)|appointments?|walk-?in|tours?\b|exhibit|shuttle|parking|street sweeping|survey|poll\b",
    "past": r"\byesterday|\blast (?:night|month|year)\b|could not|couldn.t|\b(?:saw|ran)\b|\bwe (?:have )?(?:released|deployed|upgraded|fixed|restored|rolled|migrated|performed|applied)\b|(?:was|were|had been|has been|have been) (?:\w+ ){0,2}(?:unavailable|not available|down|offline|out\b|inaccessible|interrupted|affected|experiencing|impacted|disrupted|degraded|unable|slow)|experienced|suffered|\bhad (?:a|an|some|intermittent|trouble|problems?|issues?)\b|\boccurred|took place|went (?:down|offline)|\blasted\b|mailbox outage|root cause|post-?mortem|we apologi[sz]e for the (?:outage|interruption)",
    # the thread of a notice
    "cancelled": r"cancel(?:l?ed|lation|l?ing)\b|postponed|called off|(?:will|is|does) (?:not|no longer) (?:be )?(?:taking place|take place|occur|happen|go ahead|proceed|be (?:performed|needed|necessary|required))|no longer (?:scheduled|needed|necessary|required|planned|taking place)|has been (?:withdrawn|put on hold|deferred)|put on hold|delayed until further notice|deferred|aborted",
    "done": r"(?:has|have) (?:now )?(?:been )?(?:successfully )?(?:completed|finished|ended|concluded|resolved|restored)|(?:is|are|was|were) (?:now )?(?:successfully )?(?:complete|completed|finished|resolved|restored|over|concluded)(?! by)\b|(?:is|are) (?:now |all )?done(?=\W*$)|\bcompleted!?(?=[ ]*(?:$|[-:!.\])*]))|^\W*(?:completed|resolved|done|finished)\b|\b(?:resolved|completed|finished)\b[^a-z]{0,40}:|back (?:online|up|in service) (?:now|and|again)\b|status: (?:completed|resolved|closed)|maintenance (?:successfully )?completed|is (?:now )?(?:back(?! at| by| on)|available again)|(?:^|: ?)(?:done|finished|completed)\b",
    "moved": r"re-?scheduled|(?:moved|changed|postponed|delayed|pushed(?: back)?|brought forward|shifted|deferred|revised) (?:\w+ ){0,3}?(?:to|until|for|from)\b|new (?:date|time|window|schedule|start)|instead of|originally|previously (?:scheduled|announced|planned)|has (?:been )?changed",
    "extended": r"extend\w*|now (?:end|ends|expected to end|finish|finishes|complete|be completed)|longer than (?:expected|planned|anticipated)|overrun\w*|running (?:over|late)|additional time|more (?:minutes|hours)",
    "permanent": r"\bretir(?:e|ed|es|ement|ing)\b|decommission\w*|replaced by|permanent\w*|discontinu\w+|sunset\w*|and after\b|end of life|no longer be (?:available|supported|accessible)",
    "none": r"\bno (?:additional |further |other |new |scheduled |planned |upcoming |routine |regular |weekly |system )*(?:maintenance|outages?|down-?time)\b|maintenance (?:\w+ ){0,2}(?:will|is|does) not (?:be |take|occur|schedul)|not (?:be )?(?:perform|perform\w*|take place|scheduled)\b|there (?:is|are|will be) none|black-?out (?:period|date|day|window)s?|maintenance[- ]free|moratorium|(?:not|n't) be (?:down|offline|unavailable)|no longer (?:be )?down|nothing (?:\w+ )?(?:is )?scheduled|freeze",
    "sample": r"\[(?:(?:new|end|start|insert|your|enter) [^\]]{0,30}|date|time|date & time|system name)\]|\bxx\b|mm/dd|\btemplate|sample (?:text|message|notice)|suggested (?:wording|text)|<date>|placeholder|lorem",
    "conditional": r"\bif (?:you|your|there|the)\b",
    # how often, and when
    "weekly": r"\bweekly\b|regularly[- ]scheduled|\bevery\b|\beach\b|normal(?:ly)?\b|usual(?:ly)?\b|typical(?:ly)?\b|recurring|generally|as a rule|standing|daily|nightly|monthly|when (?:\w+ ){1,3}is (?:needed|required|necessary)|\bweekends\b|\bweekdays\b|regular (?:\w+ ){0,3}(?:schedule|window|windows|hours|days|period|periods|times?)\b|windows (?:are|is)|maintenance windows|maintenance days|standard (?:\w+ )?(?:maintenance )?(?:window|hours|period)|reserved|by default|once a week",
    "routine": r"regular(?:ly)?\b|routine(?:ly)?\b|standard|maintenance (?:window|hours|period)|preventive|ongoing|we (?:perform|conduct|carry out|do)\b|is (?:performed|conducted|carried out|done)|takes place|occurs|\bfalls\b|stay",
    "coming": r"\bwill\b|(?:scheduled|planned|next|emergency|upcoming|urgent) (?:\w+ )?maintenance window\b|\bupcoming\b|this (?:week|coming|mon|tue|wed|thu|fri|sat|sun)|\btonight\b|going to|(?:is|are) scheduled for",
    "whole_day": r"all[- ]day|whole (?:day|weekend)|entire (?:day|weekend)|dark (?:day|period)s?|throughout|full day|24 hours|for the (?:day|weekend)",
    "pointer": r"(?:listed|posted|announced|published|shown|found|displayed) (?:\w+ )?(?:below|above|here|on (?:this|the))|will be (?:listed|posted|announced)|learn (?:how|more)|instructions|click|sign up|subscribe",
    "advisory": r"(?:may|might|could|can|will|is|are|must) (?:\w+ )?(?:occur|be (?:performed|scheduled|required|conducted|down|unavailable|inaccessible|out|offline)|happen|affect|take place|performed|scheduled|planned|done|conducted)",
}  # fmt: skip
_SEARCH = {name: re.compile(pattern) for name, pattern in _SIGNS.items()}

#: The cheapest question: without one of these words nothing is announced.
SPOKEN = re.compile(
    "|".join(
        f"(?:{_SIGNS[name]})" for name in ("work", "outage", "outage_noun", "degraded", "cancelled")
    )
    + r"|(?:non-?)?disruptive|start:? ?\d{4}-\d\d-\d\dt",
    re.IGNORECASE,
)


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
    """The signs in some folded words."""
    lower = words.lower()
    return Signs(frozenset(name for name, search in _SEARCH.items() if search.search(lower)))
