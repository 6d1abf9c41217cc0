"""What may be published, who may hold what, which token is sound: decided from values alone."""
