"""The pages for people: whatever they show or do, they ask of the services, as the person who is signed in."""
