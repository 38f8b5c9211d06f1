"""Use cases: each opens one transaction and either finishes or leaves nothing."""
