"""Audits: questions put to any subject, each with its measure and its control."""
