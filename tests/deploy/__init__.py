"""Proving that what is deployed is what runs: the Compose file, the image, and the settings of what stands below."""
