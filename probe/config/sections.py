"""The shape of the configuration file, section by section."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from probe.config import units
from probe.config.defaults import UNSAID
from probe.config.exposure import Exposure
from probe.config.schedule import MaintenanceSection
from probe.config.secrets import basic
from probe.config.section import Section, before
from probe.config.values import (
    Contact,
    Day,
    DefinedComponent,
    Duration,
    File,
    Headers,
    Host,
    KnownComponent,
    Line,
    Match,
    Name,
    Network,
    Pattern,
    Positive,
    Proxy,
    Secret,
    SecretUrl,
    Sendable,
    Size,
    Status,
    TcpAddress,
    TimeOfDay,
    Url,
    Words,
    Zone,
    alone_in,
    at_least,
    at_most,
    filled,
    in_clear,
    mail_server,
    mailbox,
    merged,
    url,
    whole,
    without_credentials,
)
from probe.types import (
    Expect,
    Feed,
    FeedKind,
    Heartbeat,
    Http,
    Notify,
    NotifyKind,
    Reason,
    Target,
    Tls,
    asking,
)

LONGEST_TIMEOUT = timedelta(minutes=10)


class ExpectSection(Section):
    """`expect` of a target."""

    unsaid = UNSAID["expect"]

    status: Annotated[tuple[Status, ...], AfterValidator(filled)]
    body_contains: tuple[str, ...]
    body_lacks: tuple[str, ...]
    body_matches: tuple[Pattern, ...]
    title_lacks: tuple[Annotated[str, Field(min_length=1)], ...]
    final_host: Host | None = None


class TlsSection(Section):
    """`tls` of a target or feed."""

    unsaid = UNSAID["tls"]

    ca_file: File | None = None
    cert_file: File | None = None
    key_file: File | None = None
    server_name: Host | None = None
    verify: bool

    @field_validator("key_file")
    @classmethod
    def _has_its_certificate(cls, key_file: str | None, info: ValidationInfo) -> str | None:
        if key_file and before(info, "cert_file") == (None,):
            raise ValueError("needs a cert_file beside it")
        return key_file


class HttpSection(Section):
    """`http` of a target or feed."""

    unsaid = UNSAID["http"]

    method: Literal["GET", "HEAD", "POST"]
    headers: Headers
    body: Secret | None = None
    follow_redirects: bool
    redirect_to: tuple[Network, ...]
    max_redirects: Annotated[int, whole(0, 50)]
    max_body: Annotated[Size, at_most(64 << 20, "64MiB")]
    max_header: Annotated[Size, at_most(1 << 20, "1MiB")]
    ip: Annotated[
        Literal["any", "4", "6"],
        BeforeValidator(str),
        WithJsonSchema({"enum": ["any", 4, 6, "4", "6"]}),
    ]
    proxy: Proxy | None = None


def _unless_both(http: HttpSection, info: ValidationInfo) -> HttpSection:
    """Refuse a proxy beside a server_name, which cannot be told through one."""
    match before(info, "tls"):
        case (tls,) if tls.server_name and http.proxy:
            raise ValueError("has a proxy beside tls: {server_name: ...}; leave one out")
    return http


def _too_short(timeout: timedelta, attempts: int, network: timedelta) -> str:
    """Say what an interval has to be long enough for, with the sum."""
    needed, each, asked = map(
        units.write_duration, (timeout * attempts + network, timeout, network)
    )
    what = f"{attempts} attempts of {each}" + (
        f" and the {asked} of asking the own network" if network else ""
    )
    return (
        f"is shorter than the {needed} that {what} may take; "
        "lengthen it, or lower timeout or attempts"
    )


class TargetSection(Section):
    """One of `targets`."""

    unsaid = UNSAID["targets"]

    name: Annotated[Name, alone_in("targets")]
    url: Annotated[Url, AfterValidator(without_credentials)]
    components: Annotated[tuple[DefinedComponent, ...], AfterValidator(filled)]
    timeout: Annotated[Positive, at_least(timedelta(), LONGEST_TIMEOUT)]
    attempts: Annotated[int, whole(1, 10)]
    interval: Annotated[Duration, at_least(timedelta(seconds=1), timedelta(days=1))]
    excuses: tuple[Reason, ...]
    expect: ExpectSection
    tls: TlsSection
    http: HttpSection

    @field_validator("interval")
    @classmethod
    def _attempts_fit_into_it(cls, interval: timedelta, info: ValidationInfo) -> timedelta:
        match before(info, "timeout", "attempts"):
            case timeout, attempts:
                network = asking(timeout) if merged(info).get("connectivity") else timedelta()
                if interval < timeout * attempts + network:
                    raise ValueError(_too_short(timeout, attempts, network))
        return interval

    @field_validator("http")
    @classmethod
    def _names_its_own_server(cls, http: HttpSection, info: ValidationInfo) -> HttpSection:
        return _unless_both(http, info)

    def target(self) -> Target:
        """Return the target that this section describes."""
        return Target(
            name=self.name,
            url=self.url,
            components=self.components,
            interval=self.interval,
            timeout=self.timeout,
            attempts=self.attempts,
            excuses=frozenset(self.excuses),
            expect=Expect(**self.expect.model_dump()),
            tls=Tls(**self.tls.model_dump()),
            http=Http(**self.http.model_dump()),
        )


#: What a feed needs by its kind, and what its address must be; a file has a path.
NEEDS: Mapping[FeedKind | None, Collection[str]] = {
    FeedKind.PAGE: {"url"},
    FeedKind.ICS: {"url"},
    FeedKind.STATUSPAGE: {"url"},
    FeedKind.IMAP: {"url", "username", "password", "senders"},
}
#: The kinds that are asked by HTTP: a user and a password go into the header Authorization.
BY_HTTP = frozenset({FeedKind.PAGE, FeedKind.ICS, FeedKind.STATUSPAGE})
ADDRESSES: Mapping[FeedKind | None, Callable[[str], str]] = {
    FeedKind.PAGE: url,
    FeedKind.ICS: url,
    FeedKind.STATUSPAGE: url,
    FeedKind.IMAP: mailbox,
}


def _goes_with_a_user(password: str | None, info: ValidationInfo) -> str | None:
    """Refuse a password without the username before it, and the other way round."""
    match before(info, "username"):
        case (username,) if bool(username) != bool(password):
            raise ValueError("username and password go together; write both or none")
    return password


Password = Annotated[Annotated[Sendable, Exposure.SECRET] | None, AfterValidator(_goes_with_a_user)]


class FeedSection(Section):
    """One of `feeds`; a `file` may name its `path` instead of a `url`, a mailbox needs a user.

    The address of a calendar is often all that it takes to read it.
    """

    unsaid = UNSAID["feeds"]

    name: Annotated[Name, alone_in("feeds")]
    kind: FeedKind
    url: Annotated[str, Exposure.ADDRESS] | None = None
    path: str | None = None
    component: KnownComponent
    timezone: Zone | None = None
    refresh: Annotated[Duration, at_least(timedelta(seconds=1), timedelta(days=7))]
    timeout: Annotated[Positive, at_least(timedelta(), LONGEST_TIMEOUT)]
    username: Sendable | None = None
    password: Password = None
    senders: tuple[Sendable, ...] | None = None
    authserv: Annotated[str, Field(pattern=r"^\S+$")] | None = None
    cleartext: bool
    match: tuple[Match, ...]
    tls: TlsSection
    http: HttpSection

    @classmethod
    def exposures(cls, given: Mapping[str, Any]) -> Mapping[str, Exposure]:
        """Return that of a calendar's address."""
        return {"url": Exposure.ORIGIN} if given.get("kind") == FeedKind.ICS else {}

    @field_validator("url", "username", "password", "senders")
    @classmethod
    def _stands_where_it_must(cls, value: Any, info: ValidationInfo) -> Any:
        kind = info.data.get("kind")
        if not value and info.field_name in NEEDS.get(kind, ()):
            raise ValueError(f"is missing; a feed of kind {kind} needs it")
        return value

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, place: str | None, info: ValidationInfo) -> str | None:
        check = ADDRESSES.get(info.data.get("kind"))
        if check and place and "@" in urlsplit(check(place)).netloc:
            raise ValueError("leave user and password out; write username and password below it")
        return place

    @field_validator("http")
    @classmethod
    def _authorizes_once(cls, http: HttpSection, info: ValidationInfo) -> HttpSection:
        _unless_both(http, info)
        names = {name.lower() for name in http.headers}
        if info.data.get("username") and "authorization" in names:
            raise ValueError("has a header Authorization beside username and password; keep one")
        return http

    @field_validator("cleartext")
    @classmethod
    def _password_is_not_overheard(cls, allowed: bool, info: ValidationInfo) -> bool:  # noqa: FBT001  (pydantic's signature)
        match before(info, "kind", "url"):
            case FeedKind.IMAP, str(place) if in_clear(place) and not allowed:
                raise ValueError(
                    "imap:// sends the password in clear; write imaps:// or imap+starttls://, "
                    "or cleartext: true where nobody can listen"
                )
        return allowed

    @field_validator("match")
    @classmethod
    def _is_of_entries(cls, match: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        kind = info.data.get("kind")
        if match and kind not in {None, FeedKind.ICS, FeedKind.STATUSPAGE, FeedKind.FILE}:
            raise ValueError(f"a feed of kind {kind} has no entries with a title to match")
        return match

    @field_validator("path")
    @classmethod
    def _leads_to_the_file(cls, path: str | None, info: ValidationInfo) -> str | None:
        match before(info, "kind", "url"):
            case FeedKind.FILE, place if not (path or place):
                raise ValueError("is missing; a feed of kind file needs it")
        return path

    def feed(self, timezone: str, directory: Path) -> Feed:
        """Return the feed that this section describes; a file's path starts in `directory`."""
        place = self.url or ""
        if self.kind is FeedKind.FILE:
            place = str(directory / (self.path or place).removeprefix("file://"))
        http = Http(**self.http.model_dump())
        if self.kind in BY_HTTP and self.username:
            told = f"Basic {basic(self.username, self.password or '')}"
            http = replace(http, headers={**http.headers, "Authorization": told})
        return Feed(
            name=self.name,
            kind=self.kind,
            url=place,
            component=self.component,
            timezone=self.timezone or timezone,
            refresh=self.refresh,
            timeout=self.timeout,
            username=self.username or "",
            password=self.password or "",
            senders=self.senders or (),
            authserv=self.authserv or "",
            match=self.match,
            tls=Tls(**self.tls.model_dump()),
            http=http,
        )


class ComponentSection(Section):
    """One of `components`: the words by which a notice names it."""

    words: Annotated[tuple[Annotated[Words, Field(min_length=1)], ...], AfterValidator(filled)]


#: What somebody who is told needs by the kind, and what the address must be.
TOLD_BY: Mapping[NotifyKind | None, Callable[[str], str]] = {
    NotifyKind.WEBHOOK: url,
    NotifyKind.SLACK: url,
    NotifyKind.TEAMS: url,
    NotifyKind.EMAIL: mail_server,
}


class NotifySection(Section):
    """One of `notify`: a webhook, a channel, or somebody with a mailbox."""

    name: Annotated[Name, alone_in("notify")]
    kind: NotifyKind
    url: Annotated[str, Exposure.ORIGIN]
    username: Sendable | None = None
    password: Password = None
    from_: Sendable | None = Field(default=None, alias="from")
    to: tuple[Sendable, ...] | None = None

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, place: str, info: ValidationInfo) -> str:
        check = TOLD_BY.get(info.data.get("kind"))
        return without_credentials(check(place)) if check else place

    @field_validator("from_", "to")
    @classmethod
    def _stands_where_it_must(cls, value: Any, info: ValidationInfo) -> Any:
        kind = info.data.get("kind")
        if kind is NotifyKind.EMAIL and not value:
            raise ValueError("is missing; an e-mail needs it")
        if kind not in {NotifyKind.EMAIL, None} and value:
            raise ValueError("is an e-mail's; leave it out")
        return value

    def notify(self) -> Notify:
        """Return who is told."""
        return Notify(
            name=self.name,
            kind=self.kind,
            url=self.url,
            username=self.username or "",
            password=self.password or "",
            sender=self.from_ or "",
            recipients=self.to or (),
        )


class HeartbeatSection(Section):
    """`heartbeat`."""

    unsaid = UNSAID["heartbeat"]

    url: SecretUrl
    every: Annotated[Duration, at_least(timedelta(seconds=1), timedelta(days=1))]

    def heartbeat(self) -> Heartbeat:
        """Return the heartbeat."""
        return Heartbeat(url=self.url, every=self.every)


class ReceiptSection(Section):
    """`receipt`."""

    unsaid = UNSAID["receipt"]

    cutoff: TimeOfDay
    holidays: Literal["US", "none"]
    closed: tuple[Day, ...]


class JournalSection(Section):
    """`journal`."""

    unsaid = UNSAID["journal"]

    retention: Annotated[Duration, at_least(timedelta(days=1))]


class Sections(Section):
    """The whole file."""

    timezone: Zone
    contact: Contact
    targets: Annotated[tuple[TargetSection, ...], AfterValidator(filled)]
    feeds: tuple[FeedSection, ...]
    components: dict[Name, ComponentSection]
    maintenance: MaintenanceSection
    connectivity: tuple[TcpAddress, ...]
    notify: tuple[NotifySection, ...]
    heartbeat: HeartbeatSection | None = None
    contacts: dict[KnownComponent, Line]
    receipt: ReceiptSection
    journal: JournalSection

    @classmethod
    def exposures(cls, given: Mapping[str, Any]) -> Mapping[str, Exposure]:
        """Return that of a contact: of a web page's address its user is hidden."""
        return {"contact": Exposure.ADDRESS} if "://" in str(given.get("contact")) else {}
