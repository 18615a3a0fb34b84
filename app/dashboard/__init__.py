"""Who is done: the completion list of a course, for its staff."""
