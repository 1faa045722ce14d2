"""The shape of the configuration file, section by section."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    model_validator,
)

from probe.config import units
from probe.config.defaults import UNSAID
from probe.config.schedule import MaintenanceSection
from probe.config.section import MisfitError, Section
from probe.config.values import (
    Day,
    Duration,
    File,
    HeaderName,
    HeaderValue,
    KnownComponent,
    Name,
    Pattern,
    Positive,
    Size,
    Status,
    TcpAddress,
    TimeOfDay,
    Url,
    Zone,
    at_least,
    distinct,
    filled,
    mailbox,
    url,
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

    @model_validator(mode="after")
    def _a_key_has_its_certificate(self) -> Self:
        if self.key_file and not self.cert_file:
            raise MisfitError("key_file", "needs a cert_file beside it")
        return self


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

    name: Name
    url: Annotated[Url, AfterValidator(without_credentials)]
    components: Annotated[tuple[Name, ...], AfterValidator(filled)]
    interval: Annotated[Duration, at_least(timedelta(seconds=1))]
    timeout: Positive
    attempts: Annotated[int, whole(1, 10)]
    excuses: tuple[Reason, ...]
    expect: ExpectSection
    tls: TlsSection
    http: HttpSection

    @model_validator(mode="after")
    def _attempts_fit_into_the_interval(self) -> Self:
        needed = self.timeout * self.attempts
        if self.interval < needed:
            raise MisfitError(
                "interval",
                f"is shorter than the {units.write_duration(needed)} that {self.attempts} attempts "
                f"of {units.write_duration(self.timeout)} may take; lengthen it, or lower timeout "
                "or attempts",
            )
        return self

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


class FeedSection(Section):
    """One of `feeds`; a `file` may name its `path` instead of a `url`, a mailbox needs a user."""

    unsaid = UNSAID["feeds"]

    name: Name
    kind: FeedKind
    url: str | None = None
    path: str | None = None
    component: KnownComponent
    timezone: Zone | None = None
    refresh: Annotated[Duration, at_least(timedelta(seconds=1))]
    timeout: Positive
    username: str = ""
    password: str = ""
    senders: tuple[str, ...] = ()
    tls: TlsSection
    http: HttpSection

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.kind is FeedKind.FILE:
            if not (self.path or self.url):
                raise MisfitError("path", "is missing; a feed of kind file needs it")
            return self
        needed = ("url", "username", "password", "senders")[
            : 4 if self.kind is FeedKind.IMAP else 1
        ]
        missing = tuple(key for key in needed if not getattr(self, key))
        if missing:
            raise MisfitError(missing, f"is missing; a feed of kind {self.kind} needs it")
        try:
            (mailbox if self.kind is FeedKind.IMAP else url)(self.url or "")
        except ValueError as error:
            raise MisfitError("url", str(error)) from None
        return self

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
            username=self.username,
            password=self.password,
            senders=self.senders,
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
    targets: Annotated[tuple[TargetSection, ...], AfterValidator(filled), AfterValidator(distinct)]
    feeds: Annotated[tuple[FeedSection, ...], AfterValidator(distinct)]
    components: dict[Name, ComponentSection]
    maintenance: MaintenanceSection
    connectivity: tuple[TcpAddress, ...]
    receipt: ReceiptSection
    journal: JournalSection
