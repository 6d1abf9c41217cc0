"""The town, its people and the report that all contenders work on."""

TOWN, CATEGORY, PLACE = "t-vtc", "ditch-and-drain", "east-1"
HOLDERS = (
    ("t-vtc.east-1/grid", "grid_worker", "p-worker"),
    ("t-vtc.east-village/village-station-head", "unit_staff", "p-head"),
    ("t-vtc/governance-office", "supervisor", "p-supervisor"),
)
REPORT = {
    "category": CATEGORY,
    "channel": "grid",
    "place": PLACE,
    "text": "排水沟堵塞，污水漫到路上，请派人疏通。",
}
