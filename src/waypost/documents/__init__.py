"""SQL documents: users, roles, maps and their changes, comments, jobs."""
