"""What of OWASP ASVS 5.0, levels 1 and 2, this house meets, and by which test."""
