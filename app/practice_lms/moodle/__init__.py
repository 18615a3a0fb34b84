"""The practice LMS in Moodle's temper: its addresses, claims, answers and refusals."""
