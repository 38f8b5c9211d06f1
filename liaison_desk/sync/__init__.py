"""Delivery of finished files to targets. Pure: the state is saved by storage."""
