"""What assessment does when somebody asks or a message comes."""
