"""The roster service (NRPS): who belongs to a course, read page by page in a job and never in half."""
