"""Tests of what operators see: metrics, dashboards and alerts, before a real Prometheus."""
