"""One case in several towns, side by side: what each town's rules make of it, and on which clause that rests."""
