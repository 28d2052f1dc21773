"""Pages, API, commands and jobs: the only place that composes the parts and reads settings."""
