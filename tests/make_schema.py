"""Write ``schema.sql`` as the tables make it: ``python -m tests.make_schema``."""

import tempfile
from pathlib import Path

import liaison_desk.storage
from liaison_desk.storage.migrating import dump_schema
from tests.storage_samples import Bench


def main() -> None:
    """Lay a store into an empty database and keep the statements it is made of."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "vault-1.db")
        with bench.store.read() as connection:
            schema = dump_schema(connection)
        bench.store.close()
    Path(str(liaison_desk.storage.__file__)).with_name("schema.sql").write_text(schema, encoding="utf-8")


if __name__ == "__main__":
    main()
