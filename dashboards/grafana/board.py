"""A dashboard as rows of panels, in Grafana's own typed model."""

from collections.abc import Iterator, Mapping, Sequence

from grafana_foundation_sdk.models import dashboard

from dashboards.grafana.panels import SKY, SOURCE, WIDTH


def variable(name: str, label: str, query: str) -> dashboard.VariableModel:
    """Return a variable whose values Prometheus knows; all of them at first."""
    return dashboard.VariableModel(
        type_val=dashboard.VariableType.QUERY,
        name=name,
        label=label,
        datasource=SOURCE,
        query={"query": query, "refId": name},
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        sort=dashboard.VariableSort.ALPHABETICAL_ASC,
        multi=True,
        include_all=True,
        all_value=".+",
        current=dashboard.VariableOption(text=["All"], value=["$__all"]),
    )


def board(
    uid: str,
    title: str,
    description: str,
    asked: dashboard.VariableModel,
    sections: Mapping[str, Sequence[dashboard.Panel]],
) -> dashboard.Dashboard:
    """Lay panels out in rows, 24 columns wide; ids follow their order."""
    source = dashboard.VariableModel(
        type_val=dashboard.VariableType.DATASOURCE,
        name="datasource",
        label="Data source",
        query="prometheus",
    )
    return dashboard.Dashboard(
        uid=uid,
        title=title,
        description=description,
        tags=["spot"],
        timezone="browser",
        editable=False,
        refresh="30s",
        graph_tooltip=dashboard.DashboardCursorSync.CROSSHAIR,
        time=dashboard.DashboardDashboardTime(from_val="now-6h", to="now"),
        templating=dashboard.DashboardDashboardTemplating(list_val=[source, asked]),
        annotations=dashboard.AnnotationContainer(list_val=[windows()]),
        links=[
            dashboard.DashboardLink(
                title="SPOT",
                type_val=dashboard.DashboardLinkType.DASHBOARDS,
                icon="external link",
                tags=["spot"],
                keep_time=True,
            )
        ],
        panels=list(_laid(sections)),
    )


def _laid(
    sections: Mapping[str, Sequence[dashboard.Panel]],
) -> Iterator[dashboard.Panel | dashboard.RowPanel]:
    number, y = 1, 0
    for title, panels in sections.items():
        yield dashboard.RowPanel(
            title=title,
            id_val=number,
            grid_pos=dashboard.GridPos(x=0, y=y, w=WIDTH, h=1),
            panels=[],
        )
        number, y, x, tallest = number + 1, y + 1, 0, 0
        for panel in panels:
            at = panel.grid_pos or dashboard.GridPos()
            if x + at.w > WIDTH:
                x, y, tallest = 0, y + tallest, 0
            at.x, at.y, panel.id_val = x, y, number
            number, x, tallest = number + 1, x + at.w, max(tallest, at.h)
            yield panel
        y += tallest


class Windows(dashboard.AnnotationQuery):
    """Published outages, drawn as regions over every panel, with what was published.

    The model has no place for an annotation's words, though Grafana's source Prometheus has.
    """

    WORDS: Mapping[str, object] = {
        "titleFormat": "Published maintenance of {{component}}",
        "textFormat": "{{starts}} to {{ends}}: {{words}}",
        "tagKeys": "component",
    }

    def to_json(self) -> dict[str, object]:
        """Return it as Grafana reads it."""
        return {**super().to_json(), **self.WORDS}


def windows() -> dashboard.AnnotationQuery:
    """Return the annotation of both dashboards."""
    return Windows(
        name="Published maintenance",
        datasource=SOURCE,
        enable=True,
        icon_color=SKY,
        expr="max by (component, starts, ends, words) ("
        'probe_maintenance_info{job="spot-probe",impact="outage"} '
        "and on (instance, component, impact) "
        'probe_maintenance_active{job="spot-probe"} == 1)',
    )
