"""Tables, repository, journal, derived tables and migrations: the only place that imports SQLAlchemy."""
