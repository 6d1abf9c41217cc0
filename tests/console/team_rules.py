"""What the console's town says of its grids and teams: everything that a page of theirs shows."""

GRIDS = """
grids:
  facts:
    households: {type: whole number, name: {zh: 户数, en: households}, because: P001-06C.12}
    quarter: {type: 'one of [old, new]', name: {zh: 小区类型, en: kind of quarter}, because: P001-06C.12}
  checks:
    size: {name: {zh: 规模, en: size}, because: P001-06C.12, level: grid, ranges: {households: 300..500}}
  posts:
    worker:
      name: {zh: 网格员, en: grid worker}
      because: P001-06C.12
      units: grid-responsible-person
      level: grid
      at_least: 1
      at_most: 2
      led_by: leader
      tasks: [{zh: 走访, en: visits every household}]
      eligible: [{zh: 会用电脑, en: works with a computer}]
    leader:
      name: {zh: 网格责任领导, en: responsible leader}
      because: P001-06C.12
      units: grid-responsible-leader
      level: grid
      exactly: 1
      guided_by: town-grid-office
  sheets:
    sign:
      name: {zh: 网格公示牌, en: grid sign}
      because: P001-06C.12
      kind: sign
      level: grid
      shows: [name, posts, worker.name, worker.phone, worker.photo, tasks, facts, qr]
      public: yes
    plan:
      name: {zh: 网格平面图, en: plan of grids}
      because: P001-06C.12
      kind: map
      level: community
      shows: [name, area]
    card:
      name: {zh: 服务联系卡, en: contact card}
      because: P001-06C.12
      kind: card
      level: grid
      shows: [name, worker.name, worker.phone, qr]
      posts: worker
  rotas:
    station: {name: {zh: 工作站值班, en: station rota}, because: P001-06C.12, unit: community-station, level: community}
  contacts: {because: P001-06C.12, posts: worker, of: household}
"""
