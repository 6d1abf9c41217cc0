"""Every message between services: envelope, types, schemas, examples. The one place that defines them."""
