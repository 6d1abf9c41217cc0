"""What of intake touches the outside: files on disk, and the sealing of identities."""
