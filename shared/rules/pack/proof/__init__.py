"""Every situation that a pack could meet, and an example of each: what checks of reach and conflict look through."""
