"""Pictures of the dashboards: the panels of their JSON, drawn from the answers of a real Prometheus."""
