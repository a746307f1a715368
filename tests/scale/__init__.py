"""What needs servers: a Dask cluster and PostgreSQL, on this machine alone. ``make scale`` runs it."""
