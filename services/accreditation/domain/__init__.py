"""Accreditation's rules: pure, without input or output, clock or framework."""
