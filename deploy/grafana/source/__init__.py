"""The dashboards as people write them; `make docs` makes of them the JSON that Grafana imports."""
