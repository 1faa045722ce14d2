"""Who watches the watchers: for each alert when it fires and when it does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Scene, sampled

AT = {"job": "alertmanager", "instance": "alertmanager:9093"}
BY = {"job": "prometheus", "instance": "localhost:9090"}


def counted(name: str, story: str, **labels: str) -> Scene:
    """Return one series with a sample each half minute."""
    return Scene(series=sampled(name, story, step=30, **labels))


CASES: Cases = {
    "Watchdog": [
        fires(
            "always, whatever there is to see",
            Scene(),
            "0s",
            summary="Alerts get through",
            description=(
                "This alert always fires. When it stops, Prometheus or Alertmanager is gone, and "
                "nobody would be woken."
            ),
        )
    ],
    "AlertingGone": [
        fires(
            "Alertmanager is not reached for a minute",
            counted("up", "1 5m, 0 5m", **AT),
            "6m30s",
            summary=(
                "alertmanager at alertmanager:9093 cannot be reached, so pages may reach nobody"
            ),
            description=(
                "What it should judge or send is not judged or sent by it. See whether the program"
                " and its machine run.\n"
                "Watch the status page and Grafana until it is back."
            ),
            resolved="alertmanager at alertmanager:9093 can be reached again",
            **AT,
        ),
        quiet("one scrape fails", counted("up", "1 5m, 0 30s, 1 5m", **AT), "5m", "6m", "9m"),
        quiet(
            "the probe is gone: that is another alert", counted("up", "1 5m, 0 5m"), "6m30s", "9m"
        ),
    ],
    "NotificationsFailing": [
        fires(
            "Alertmanager has had no answer from a receiver for minutes",
            Scene(
                series={
                    f"alertmanager_notifications_failed_total{{{written}}}": "0x10 1+1x30"
                    for written in [
                        ",".join(f'{k}="{v}"' for k, v in (AT | {"integration": "webhook"}).items())
                    ]
                }
            ),
            "10m",
            summary="alertmanager at alertmanager:9093 cannot send what it has to tell",
            description=(
                "Prometheus does not reach Alertmanager, or Alertmanager does not reach webhook. "
                "Pages are late, or lost.\n"
                "Its log says what was answered. Watch the status page and Grafana until it is "
                "mended."
            ),
            resolved="alertmanager at alertmanager:9093 can send again",
            **AT,
        ),
        fires(
            "Prometheus does not reach Alertmanager",
            counted("prometheus_notifications_errors_total", "0 5m, 7 5m, 9 5m", **BY),
            "12m",
            **BY,
        ),
        quiet(
            "nothing has failed for a long time",
            counted("prometheus_notifications_errors_total", "7 20m", **BY),
            "10m",
            "20m",
        ),
    ],
    "RulesFailing": [
        fires(
            "a rule cannot be evaluated",
            counted(
                "prometheus_rule_evaluation_failures_total",
                "0 5m, 3 5m",
                **BY,
                rule_group="pages.yml;spot-pages",
            ),
            "7m",
            summary=(
                "Prometheus at localhost:9090 cannot evaluate its rules, so an outage may not page"
            ),
            description=(
                "Failing groups: pages.yml;spot-pages. What they would tell is not told.\n"
                "Its page /rules shows the error of each rule."
            ),
            resolved="Prometheus at localhost:9090 evaluates all its rules again",
            **BY,
        ),
        quiet(
            "all rules are evaluated",
            counted("prometheus_rule_evaluation_failures_total", "0 10m", **BY, rule_group="x"),
            "5m",
            "10m",
        ),
    ],
}
