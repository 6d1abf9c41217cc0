"""What lists read: every list of every service, with every filter, over a hundred thousand cases of fifty towns."""
