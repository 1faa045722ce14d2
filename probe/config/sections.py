"""The shape of the configuration file, section by section."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from probe.config import units
from probe.config.defaults import UNSAID
from probe.config.schedule import MaintenanceSection
from probe.config.section import Section, before
from probe.config.values import (
    Day,
    Duration,
    File,
    HeaderName,
    HeaderValue,
    KnownComponent,
    Match,
    Name,
    Pattern,
    Positive,
    Size,
    Status,
    TcpAddress,
    TimeOfDay,
    Url,
    Zone,
    alone_in,
    at_least,
    filled,
    in_clear,
    mailbox,
    url_without_credentials,
    whole,
    without_credentials,
)
from probe.types import (
    Expect,
    Feed,
    FeedKind,
    Http,
    Reason,
    Target,
    Tls,
)


class ExpectSection(Section):
    """`expect` of a target."""

    unsaid = UNSAID["expect"]

    status: Annotated[tuple[Status, ...], AfterValidator(filled)]
    body_contains: tuple[str, ...]
    body_lacks: tuple[str, ...]
    body_matches: tuple[Pattern, ...]
    final_host: str | None = None


class TlsSection(Section):
    """`tls` of a target or feed."""

    unsaid = UNSAID["tls"]

    ca_file: File | None = None
    cert_file: File | None = None
    key_file: File | None = None
    server_name: str | None = None
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
    headers: dict[HeaderName, HeaderValue]
    body: str | None = None
    follow_redirects: bool
    max_redirects: Annotated[int, whole(0, 50)]
    max_body: Size
    max_header: Size
    ip: Annotated[Literal["any", "4", "6"], BeforeValidator(str)]
    proxy: Url | None = None


class TargetSection(Section):
    """One of `targets`."""

    unsaid = UNSAID["targets"]

    name: Annotated[Name, alone_in("targets")]
    url: Annotated[Url, AfterValidator(without_credentials)]
    components: Annotated[tuple[Name, ...], AfterValidator(filled)]
    timeout: Positive
    attempts: Annotated[int, whole(1, 10)]
    interval: Annotated[Duration, at_least(timedelta(seconds=1))]
    excuses: tuple[Reason, ...]
    expect: ExpectSection
    tls: TlsSection
    http: HttpSection

    @field_validator("interval")
    @classmethod
    def _attempts_fit_into_it(cls, interval: timedelta, info: ValidationInfo) -> timedelta:
        match before(info, "timeout", "attempts"):
            case timeout, attempts if interval < timeout * attempts:
                needed, each = map(units.write_duration, (timeout * attempts, timeout))
                raise ValueError(
                    f"is shorter than the {needed} that {attempts} attempts of {each} may take; "
                    "lengthen it, or lower timeout or attempts"
                )
        return interval

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
ADDRESSES: Mapping[FeedKind | None, Callable[[str], str]] = {
    FeedKind.PAGE: url_without_credentials,
    FeedKind.ICS: url_without_credentials,
    FeedKind.STATUSPAGE: url_without_credentials,
    FeedKind.IMAP: mailbox,
}


class FeedSection(Section):
    """One of `feeds`; a `file` may name its `path` instead of a `url`, a mailbox needs a user."""

    unsaid = UNSAID["feeds"]

    name: Annotated[Name, alone_in("feeds")]
    kind: FeedKind
    url: str | None = None
    path: str | None = None
    component: KnownComponent
    timezone: Zone | None = None
    refresh: Annotated[Duration, at_least(timedelta(seconds=1))]
    timeout: Positive
    username: str | None = None
    password: str | None = None
    senders: tuple[str, ...] | None = None
    authserv: Annotated[str, Field(pattern=r"^\S+$")] | None = None
    cleartext: bool
    match: tuple[Match, ...]
    tls: TlsSection
    http: HttpSection

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
        return check(place) if check and place else place

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
            http=Http(**self.http.model_dump()),
        )


class ComponentSection(Section):
    """One of `components`: the words by which a notice names it."""

    words: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(filled)]


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
    contact: str
    targets: Annotated[tuple[TargetSection, ...], AfterValidator(filled)]
    feeds: tuple[FeedSection, ...]
    components: dict[Name, ComponentSection]
    maintenance: MaintenanceSection
    connectivity: tuple[TcpAddress, ...]
    receipt: ReceiptSection
    journal: JournalSection
