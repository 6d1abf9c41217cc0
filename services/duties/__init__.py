"""What is owed again and again: occurrences of duties, the records that meet them, attendance and leave."""
