"""The town of duties with a survey of each village every half year, and a form by which closed cases are looked at."""

from tests.occurrences.packs import PACK, TOWN

FORMS = """
  survey:
    name: {zh: 满意度测评, en: survey}
    because: P
    about: grid
    by: leader
    facts:
      score: {type: 'number [0..100]', name: {zh: 得分, en: score}}
      remark: {type: text, long: yes, name: {zh: 意见, en: remark}}
    needs: score
  spot-check:
    name: {zh: 抽查表, en: spot check}
    because: P
    about: case
    by: office
    facts: {is_so: yes or no}
    needs: is_so
duties:
  - rule: half-yearly-survey
    because: P
    name: {zh: 每半年测评, en: half-yearly survey}
    kind: check
    who: leader
    every: half_year
    owes: survey
    missing: [{to: [office]}]
"""
FIGURES = """
figures:
  satisfaction:
    name: {zh: 满意度, en: satisfaction}
    because: P
    does: mean
    of: {what: record, named: survey}
    value: score
    per: village
    every: half_year
    anonymous: yes
"""
FILES = {f"{TOWN}/pack.yaml": PACK.replace("\nduties:\n", FORMS, 1) + FIGURES}
