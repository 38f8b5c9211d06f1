"""Foreign files in: bytes become proposed records. Nothing here knows the vault."""
