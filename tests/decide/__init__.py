"""Tests of what rules decide; `towns` builds small packs, `walk` lives scenarios through."""
