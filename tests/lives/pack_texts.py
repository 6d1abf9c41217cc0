"""The rules of the four towns of random lives, as their files say them: what all share, with a few slots."""

HEAD = """
town: {key}
name: {{zh: 测试, en: {key}}}
{part_of}
zone: Asia/Shanghai
policies: {{P: {{zh: 办法, en: a policy}}}}
calendar: {{official: china, weekend: [sat, sun]}}
acceptance: {{first: automatic, after_handover: lead}}
fallback: office
readings: {{RC-18: moves, RC-19: stops}}
levels:
  low: {{name: {{zh: 低, en: low}}, supervisor: office}}
  mid: {{name: {{zh: 中, en: mid}}, supervisor: office}}
  high: {{name: {{zh: 高, en: high}}, supervisor: office{above}}}
units:
  station: {{name: {{zh: 站, en: station}}, level: low}}
  bureau: {{name: {{zh: 所, en: bureau}}, level: mid}}
  office: {{name: {{zh: 办, en: office}}, level: mid}}
  centre: {{name: {{zh: 中心, en: centre}}, level: high}}
places:
  grid-1: {{name: {{zh: 一网格, en: grid 1}}}}
  grid-2: {{name: {{zh: 二网格, en: grid 2}}, facts: {{by_the_lake: yes}}}}
  old-grid: {{name: {{zh: 旧网格, en: old grid}}, ends: 2026-03-14, becomes: grid-2}}
  split-grid: {{name: {{zh: 拆网格, en: split grid}}, ends: 2026-03-12, becomes: [grid-1, grid-2]}}
channels:
  app: {{zh: 手机, en: app}}
  sensor: {{name: {{zh: 传感器, en: sensor}}, machine: yes, repeats_within: 5 days}}
categories:
  quarrel: {{name: {{zh: 纠纷, en: quarrel}}, department: none}}
  noise: {{name: {{zh: 噪声, en: noise}}, department: none}}
  dumping: {{name: {{zh: 倾倒, en: dumping}}, department: bureau, facts: {{smells: yes}}}}
  secret: {{name: {{zh: 密件, en: secret}}, department: none}}
routing:
  - rule: too-hard
    because: P
    when: {{too_hard: yes}}
    then: {{level: high, lead: centre, assist: station, procedure: plain{pass_to}}}
  - rule: from-above
    because: P
    when: {{from_above: yes}}
    then: {{level: mid, lead: office, assist: first contact, procedure: plain}}
  - rule: crowd
    because: P
    when: {{reporters: {{at_least: 2}}}}
    then: {{level: mid, lead: office, procedure: plain}}
  - rule: to-bureau
    because: P
    when: {{departments: {{at_least: 1}}}}
    then: {{level: mid, lead: bureau, assist: station, procedure: plain}}
  - rule: wet
    because: P
    when: {{any: [{{by_the_lake: yes}}, {{litres: {{at_least: 100}}}}]}}
    then: {{level: mid, lead: bureau, procedure: other}}
  - rule: to-station
    because: P
    otherwise: yes
    then: {{level: low, lead: station, procedure: plain}}
hidden:
  - {{rule: hush, because: P, when: {{category: secret}}, until: settled, seen_by: [lead, first contact]}}
"""

STEPS = """
facts:
  litres: {{type: whole number, from: reporter, name: {{zh: 升, en: litres}}}}
  smells: {{type: yes or no, from: category, name: {{zh: 气味, en: smells}}}}
  by_the_lake: {{type: yes or no, from: place, name: {{zh: 湖边, en: by the lake}}}}
  too_hard: {{type: yes or no, from: step, name: {{zh: 难, en: too hard}}, default: no}}
  urgent: {{type: yes or no, from: step, name: {{zh: 急, en: urgent}}}}
  settlings: {{type: whole number, from: history, counts: settled, name: {{zh: 次, en: settlings}}}}
steps:
  correct:
    name: {{zh: 更正, en: correct}}
    who: [lead, operator]
    may_have: [category, place, litres, by_the_lake, smells]
    does: [decide again]
    any_time: yes
  take: {{name: {{zh: 受理, en: take}}, who: [lead, operator], after: [assigned], does: [accept], any_time: yes}}
  decline: {{name: {{zh: 拒办, en: decline}}, who: [lead, operator], does: [decline], any_time: yes}}
  hand-up: {{name: {{zh: 上交, en: hand up}}, who: [lead, operator], sets: {{too_hard: yes}}, does: [decide again],
    any_time: yes}}
  hand-back: {{name: {{zh: 交回, en: hand back}}, who: [lead, operator], sets: {{too_hard: no}}, does: [decide again],
    any_time: yes}}
  urge: {{name: {{zh: 加急, en: urge}}, who: [lead, operator], sets: {{urgent: yes}}, any_time: yes}}
  calm: {{name: {{zh: 不急, en: calm}}, who: [lead, operator], sets: {{urgent: no}}, any_time: yes}}
  find: {{name: {{zh: 认定, en: find}}, who: [lead, operator], does: [{{mark: found}}], any_time: yes}}
  settle: {{name: {{zh: 办结, en: settle}}, who: [lead, operator], after: [accepted], does: [settle], any_time: yes}}
  verify: {{name: {{zh: 核实, en: verify}}, who: [lead, operator], after: [settled], does: [verify], any_time: yes}}
  publish: {{name: {{zh: 公示, en: publish}}, who: [lead, operator], after: [settled], does: [publish],
    any_time: yes}}
  not-content: {{name: {{zh: 不满意, en: not content}}, who: [reporter, operator], after: [settled], does: [reopen],
    any_time: yes}}
  close: {{name: {{zh: 结案, en: close}}, who: [lead, operator], after: [settled], does: [close], any_time: yes}}
  wait: {{name: {{zh: 等, en: wait}}, who: [lead, operator], does: [{{pause: settle}}], any_time: yes}}
  wait-all: {{name: {{zh: 全等, en: wait with all}}, who: [lead, operator], does: [{{pause: all}}], any_time: yes}}
  go-on: {{name: {{zh: 续, en: go on}}, who: [lead, operator], does: [{{resume: settle}}], any_time: yes}}
  go-on-all: {{name: {{zh: 全续, en: go on with all}}, who: [lead, operator], does: [{{resume: all}}], any_time: yes}}
  note-reason: {{name: {{zh: 注明, en: note a reason}}, who: [lead, operator], may_have: [due_at],
    does: [{{extend: settle}}], any_time: yes}}
  set-due: {{name: {{zh: 定期限, en: set the due time}}, who: [lead, operator], needs: [due_at],
    does: [{{set due: decide}}], any_time: yes}}
  set-settle-due: {{name: {{zh: 定办结, en: set the settling time}}, who: [lead, operator], needs: [due_at],
    does: [{{set due: settle}}], any_time: yes}}
  stop-attend: {{name: {{zh: 停, en: stop}}, who: [lead, operator], does: [{{stop: attend}}], any_time: yes}}
  stop-settle: {{name: {{zh: 停办结, en: stop settling}}, who: [lead, operator], does: [{{stop: settle}}],
    any_time: yes}}
  excuse: {{name: {{zh: 免责, en: excuse}}, who: [operator], does: [{{excuse: settle}}], any_time: yes}}
  call-in: {{name: {{zh: 请, en: call in}}, who: [lead, operator], after: [assigned],
    does: [{{issue work order: bureau}}], any_time: yes}}
{links}
procedures:
  plain: {{name: {{zh: 一般, en: plain}}, steps: [settle, close]}}
  other: {{name: {{zh: 另一, en: other}}, steps: [find, settle, close], optional: [find]}}
"""

LIMITS = """
limits:
  - {rule: attend-limit, because: P, when: {any: [{urgent: yes}, {litres: {at_least: 10}}]}, clock: attend,
     within: 30 hours, from: reported, until: [found, closed]}
  - {rule: answer-limit, because: P, clock: answer, within: 3 working days, from: first assigned,
     until: [settled, closed]}
  - rule: low-limit
    because: P
    when: {level: low}
    clock: settle
    within: 3 working days
    warn: 1 working day before
    escalate: [{to: supervisor}]
  - rule: mid-limit
    because: P
    when: {level: mid}
    clock: settle
    within: 5 working days
    from: first accepted
    cap: {within: 8 working days}
    readings: {RC-13: remaining}
  - {rule: high-limit, because: P, when: {level: high}, clock: settle, within: 9 days,
     readings: {RC-12: overall, RC-13: immediate}}
  - {rule: feed-back-limit, because: P, clock: feed_back, within: 2 days, from: settled, until: [closed]}
  - {rule: decide-limit, because: P, clock: decide, within: set by a person, from: accepted, until: [closed]}
"""

TELL = """
tell:
  - {rule: tell-lead, because: P, on: [settle breached], who: [lead],
     text: {zh: '{case.number}', en: '{case.number}'}}
  - {rule: tell-above, because: P, when: {from_above: yes}, on: [accepted, settled], who: [supervisor],
     text: {zh: '{case.number}', en: '{case.number}'}}
  - {rule: tell-contact, because: P, on: [handed_over, settled], who: [first contact],
     text: {zh: '{case.number} {deadline.settle}', en: '{case.number} {deadline.settle}'}}
"""

# What single editions put in.
SHOW_LIMIT = """limits:
  - {rule: show-limit, because: P, clock: show, within: 7 days, from: accepted, until: [published, closed]}
"""

NOT_OURS = """  - rule: not-ours
    title: {zh: 不归本地, en: no matter of ours}
    because: P
    when: {category: noise}
    then: {level: low, returned: yes, procedure: plain}
  - rule: crowd
"""

# Time calls for help at half of the limit, and hands up what is late; a day later it goes on with what waits.
TIME_ACTS = """    warn: {of_limit: 1/2, rounded: up}
    on_warning: help-by-time
    escalate: [{to: supervisor, step: up-by-time}, {after: 1 working day, step: on-by-time}]
"""

STEPS_OF_TIME = """steps:
  help-by-time: {name: {zh: 到时协助, en: help}, who: [the clock], before: [settled],
    does: [{issue work order: bureau}, {mark: helped, when: {too_hard: no}}], any_time: yes}
  up-by-time: {name: {zh: 到时上交, en: up}, who: [the clock], before: [settled], when: {too_hard: no},
    sets: {too_hard: yes}, does: [decide again], any_time: yes}
  on-by-time: {name: {zh: 到时续, en: on}, who: [the clock], does: [{resume: all}], any_time: yes}
"""
