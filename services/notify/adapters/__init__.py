"""What reaches beyond this service's store: SMTP servers, webhooks, a file – and the channels that reach nobody."""
