"""Playing a pack's scenarios through the real services under simulated time, and comparing what came of them."""
