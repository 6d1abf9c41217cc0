"""Files of other systems: tables, what their columns mean, and recorded reports sent to a simulated house."""
