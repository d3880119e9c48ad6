"""Every metric, by subject: one constant each, which `queries.metrics` collects."""
