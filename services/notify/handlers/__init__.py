"""What this service does when a message comes or work falls due: decide first, write after."""
