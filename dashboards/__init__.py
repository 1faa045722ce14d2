"""From metric to pager and picture: the rules, the routes and the dashboards."""
