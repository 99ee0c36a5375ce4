"""The migrations, one chain: ``scripts/migration.py "what changes"`` writes the next one."""
