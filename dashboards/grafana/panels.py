"""A panel in one call, in Grafana's own typed model."""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.models import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)

#: Okabe and Ito's palette: colour-blind people can tell its colours apart.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#999999"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, GREY)

SOURCE = common.DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH = 24
#: These show what is now: a value of hours ago would look like one. The others show a span of time.
INSTANT = {"stat", "bargauge", "table"}
NOT_KNOWN = "not known"
DOWN, AS_PUBLISHED, UP, UNKNOWN = "3", "2", "1", "0"

Colours = Mapping[str, str]
Steps = Sequence[tuple[float | None, str]]
Words = Mapping[str, tuple[str, str]]

#: The words and colours of `target:probe_state:code`.
STATES: Words = {
    UP: ("up", GREEN),
    AS_PUBLISHED: ("down, expected", SKY),
    DOWN: ("down, unexpected", VERMILLION),
    UNKNOWN: (NOT_KNOWN, GREY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """An expression and how its series are called."""

    expr: str
    legend: str = "__auto"


def coloured(names: Iterable[str]) -> Colours:
    """Give each name of a closed set a colour; after eight they begin anew."""
    return {name: PALETTE[number % len(PALETTE)] for number, name in enumerate(names)}


# --- panels ----------------------------------------------------------------------------------


def over_time(  # noqa: PLR0913 - a panel is told in one call
    title: str,
    description: str,
    *queries: Query,
    unit: str = "short",
    width: int = 12,
    colours: Colours | None = None,
    stacked: bool = False,
    each: str | None = None,
) -> dashboard.Panel:
    """Return lines, or stacked areas, over time; one panel for `each` value of a variable."""
    custom = timeseries.FieldConfig(
        line_width=1,
        fill_opacity=60 if stacked else 0,
        show_points=common.VisibilityMode.NEVER,
        stacking=common.StackingConfig(mode=common.StackingMode.NORMAL) if stacked else None,
    )
    defaults = dashboard.FieldConfig(unit=unit, min_val=0, custom=custom)
    options = timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
            calcs=[],
        ),
        tooltip=common.VizTooltipOptions(
            mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING
        ),
    )
    chosen = colours or {"/spot/": BLUE, "/idm/": ORANGE}
    overrides = [
        _override(
            "byRegexp" if name.startswith("/") else "byName",
            name,
            "color",
            {"mode": "fixed", "fixedColor": colour},
        )
        for name, colour in chosen.items()
    ]
    made = _panel("timeseries", title, description, queries, defaults, options, width, 8, overrides)
    made.repeat, made.max_per_row = each, WIDTH / width if each else None
    return made


def figures(  # noqa: PLR0913 - a panel is told in one call
    title: str,
    description: str,
    *queries: Query,
    unit: str = "short",
    width: int = 6,
    words: Words | None = None,
    steps: Steps = ((None, BLUE),),
    height: int = 5,
    nothing: str = NOT_KNOWN,
) -> dashboard.Panel:
    """Return what each series is now, large; as words where a value has some.

    `nothing` stands where there is no series.
    """
    defaults = _last(unit, steps, words, nothing)
    options = stat.Options(
        graph_mode=common.BigValueGraphMode.NONE,
        color_mode=common.BigValueColorMode.BACKGROUND_SOLID if words else None,
        text_mode=common.BigValueTextMode.VALUE_AND_NAME,
        reduce_options=_REDUCED,
    )
    return _panel("stat", title, description, queries, defaults, options, width, height)


def bars(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    width: int = 12,
    steps: Steps = ((None, BLUE),),
) -> dashboard.Panel:
    """Return what each series is now as a bar."""
    options = bargauge.Options(
        display_mode=common.BarGaugeDisplayMode.BASIC,
        orientation=common.VizOrientation.HORIZONTAL,
        reduce_options=_REDUCED,
    )
    defaults = _last(unit, steps, None, NOT_KNOWN)
    return _panel("bargauge", title, description, queries, defaults, options, width, 8)


def rows(  # noqa: PLR0913 - a panel is told in one call
    title: str,
    description: str,
    *queries: Query,
    names: Mapping[str, str],
    units: Mapping[str, str] | None = None,
    width: int = 12,
    height: int = 5,
    nothing: str = NOT_KNOWN,
) -> dashboard.Panel:
    """Return a table with a row for each set of labels and a column for each query.

    `names` are the columns that are shown, by the label or `Value #A`; `units` of those.
    """
    made = _panel(
        "table",
        title,
        description,
        queries,
        dashboard.FieldConfig(unit="short", no_value=nothing, custom=table.FieldConfig()),
        table.Options(),
        width,
        height,
        [_override("byName", name, "unit", unit) for name, unit in (units or {}).items()],
    )
    kept = {name: number for number, name in enumerate(names)}
    made.transformations = [
        dashboard.DataTransformerConfig(id_val="merge", options={}),
        dashboard.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True, "job": True, "__name__": True},
                "indexByName": kept,
                "renameByName": dict(names),
            },
        ),
    ]
    return made


def timeline(title: str, description: str, *queries: Query, height: int = 6) -> dashboard.Panel:
    """Return the states of targets over time."""
    defaults = _last("short", ((None, GREY),), STATES, NOT_KNOWN)
    defaults.custom = statetimeline.FieldConfig(line_width=0, fill_opacity=85)
    options = statetimeline.Options(show_value=common.VisibilityMode.NEVER, row_height=0.8)
    options.legend = common.VizLegendOptions(
        display_mode=common.LegendDisplayMode.LIST,
        placement=common.LegendPlacement.BOTTOM,
        show_legend=True,
        calcs=[],
    )
    return _panel("state-timeline", title, description, queries, defaults, options, WIDTH, height)


_REDUCED = common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields="")


def _last(unit: str, steps: Steps, words: Words | None, nothing: str) -> dashboard.FieldConfig:
    return dashboard.FieldConfig(
        unit=unit,
        no_value=nothing,
        color=dashboard.FieldColor(mode=dashboard.FieldColorModeId.THRESHOLDS),
        thresholds=dashboard.ThresholdsConfig(
            mode=dashboard.ThresholdsMode.ABSOLUTE,
            steps=[dashboard.Threshold(value=value, color=colour) for value, colour in steps],
        ),
        mappings=[
            dashboard.ValueMap(
                options={
                    value: dashboard.ValueMappingResult(text=text, color=colour, index=number)
                    for number, (value, (text, colour)) in enumerate(words.items())
                }
            )
        ]
        if words
        else None,
    )


def _panel(  # noqa: PLR0913, PLR0917 - what all kinds have
    kind: str,
    title: str,
    description: str,
    queries: Sequence[Query],
    defaults: dashboard.FieldConfig,
    options: object,
    width: int,
    height: int,
    overrides: Sequence[dashboard.DashboardFieldConfigSourceOverrides] = (),
) -> dashboard.Panel:
    return dashboard.Panel(
        type_val=kind,
        title=title,
        description=description,
        datasource=SOURCE,
        grid_pos=dashboard.GridPos(w=width, h=height),
        targets=[
            prometheus.Dataquery(
                ref_id=letter,
                expr=query.expr,
                legend_format=query.legend,
                instant=kind in INSTANT,
                range_val=kind not in INSTANT,
                format_val=prometheus.PromQueryFormat.TABLE if kind == "table" else None,
            )
            for letter, query in zip(string.ascii_uppercase, queries, strict=False)
        ],
        options=options,
        field_config=dashboard.FieldConfigSource(defaults=defaults, overrides=list(overrides)),
    )


def _override(
    matcher: str, name: str, key: str, value: object
) -> dashboard.DashboardFieldConfigSourceOverrides:
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig(id_val=matcher, options=name),
        properties=[dashboard.DynamicConfigValue(id_val=key, value=value)],
    )
