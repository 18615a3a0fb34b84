"""Who is here and where, free of protocol: institutions, platforms, users, contexts and what each may do."""
