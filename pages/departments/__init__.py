"""Pages about what the departments do."""
