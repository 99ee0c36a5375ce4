"""Write the next migration: what the tables have more than the migrations make.

python scripts/migration.py "maps and comments"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from waypost.documents import Database
from waypost.documents.migrating import _config, _scripts


def main() -> int:
    """Compare a new database with the code and write the difference."""
    message = " ".join(sys.argv[1:])
    if not message:
        print(__doc__)
        return 2
    number = len(list(_scripts().walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "now.sqlite")
        with database.engine.connect() as connection:
            written = command.revision(
                _config(connection), message, autogenerate=True, rev_id=f"{number:04}"
            )
        database.close()
    assert not isinstance(written, list)
    assert written is not None
    print(written.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
