"""What the registry does outside its own store: trying a pack out in a process of its own."""
