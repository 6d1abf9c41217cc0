"""Grids and their teams: which of what a pack says of them does not hold, who is entitled, what sheets show.

Pure, as `shared.rules.duties` is: a pack and what is known (`known`) go in, lists come out. `may_make_grids` alone
refuses anything. Knows no store, no cases and no clocks.
"""
