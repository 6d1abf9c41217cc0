"""Where clocks are kept: tables, bulk reading and writing, and the queries behind engine and lists."""
