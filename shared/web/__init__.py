"""HTTP: problem details, authentication, paging, OpenAPI; it knows no service's routes."""
