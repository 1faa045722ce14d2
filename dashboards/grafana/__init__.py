"""The dashboards, as code from which `python -m dashboards.grafana` makes their JSON."""
