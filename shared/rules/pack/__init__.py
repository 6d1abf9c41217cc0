"""Rule packs: what an operator writes, read with positions, checked, and made into a model.

`read.build_pack` makes a `model.Pack` of a town's files, or raises `errors.PackErrors` with every fault;
`scenarios.load_scenarios` reads its examples; `files.load_files` finds the files; `format.reformatted` turns a
file into the other language.

From the bottom up: `source` and `compose` (bytes to tree), `schema` with `shapes`, `keys`, `vocabulary` and
`readings` (the one description of the format), `structure` (trees held against it), `templates` and `assemble`
(files brought together), `build_*` (sections made into the model), `space` and `situations` (in which cases rules
hold), `checks` (what the parts do to one another). `messages.toml` holds everything that is said of a fault.
"""
