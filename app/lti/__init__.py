"""The protocol edge: logins, launches, registrations and score deliveries; the only importer of pylti1p3."""
