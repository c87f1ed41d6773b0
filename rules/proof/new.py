"""A new rule file to begin with (新规则): it loads, its examples hold, and each part says what belongs there."""

from __future__ import annotations

from pathlib import Path

_TEMPLATE = """\
# {title}：先写无害的解释，再写要件。`certmark rules test {id} --rules {folder}` 在写的时候反复运行。
rule: {id}
conduct: {conduct}
title_zh: {title}
actor: holder
status: in_force
summary_zh: 页面怎样说，登记怎样显示，两者哪里不同（一句话，报告里用）。
what_zh: 这是什么情形。
why_zh: 公众会怎样误解。

innocent_zh:
  - 什么情况下这样写是对的。

elements:
  - id: says-held
    zh: 文字的意思是已经通过认证、现在持有证书
    anchor: true                     # 须已查明；不明时本规则不说话
    when: {{claim.state: {{is: held}}}}
  - id: own-statement
    zh: 陈述由企业自己作出
    when: {{claim.speaker: {{is: self}}}}
  - id: subject
    zh: 被说成通过认证的是产品
    when: {{claim.subject: {{is: product}}}}
    ask_zh: 这句话说的是产品，还是企业？

exceptions:
  - id: organisation-named
    zh: 同一句写明通过认证的是企业
    when: {{claim.names_organisation: {{is: true}}}}

to_establish:
  - 只有人能查明、条文又不要求的事

at_most: needs_review                # violation | suspected | needs_review

charges:
  - breaches:
      - cn-cert-mark-measures#correct-use

remedy_zh: 怎样写才合规。

examples:
  on: 2026-11-23
  background: {{claim.state: held, claim.speaker: self, claim.subject: product, claim.names_organisation: false}}
  facts:
    - name: 全部查明
      expect: needs_review
      articles: ['cn-cert-mark-measures:10']
    - name: 主语读法不定
      given: {{claim.subject: {{unknown: ambiguous_reading}}}}
      expect: needs_review
      asks: [subject]
      missing: [subject]
    - name: 看不出是谁在说
      given: {{claim.speaker: {{unknown: not_stated}}}}
      expect: needs_review
      missing: [own-statement]
    - name: 是否写明企业看不清
      given: {{claim.names_organisation: {{unknown: picture_unread}}}}
      expect: needs_review
      missing: [organisation-named]
    - {{name: 办法施行前一日没有这一条, on: 2004-07-31, expect: not_applied}}
    - {{name: 正在申请, given: {{claim.state: in_progress}}, expect: none}}
    - {{name: 从前有过, given: {{claim.state: held_past}}, expect: none}}
    - {{name: 读不出是不是持有, given: {{claim.state: {{unknown: ambiguous_reading}}}}, expect: none}}
    - {{name: 转述他人, given: {{claim.speaker: third_party}}, expect: none}}
    - {{name: 主语是企业, given: {{claim.subject: company}}, expect: none}}
    - {{name: 写明企业通过, given: {{claim.names_organisation: true}}, expect: none}}
  text:
    - {{text: 换成一句应当有发现的话, expect: none}}
    - {{text: 换成一句相近而无害的话, expect: none}}
"""


def new_rule(rule_id: str, conduct: str, title: str, folder: Path) -> Path:
    """Write the file and give its path; FileExistsError when there is one already."""
    path = folder / f"{rule_id}.yaml"
    if path.exists():
        raise FileExistsError(path)
    folder.mkdir(parents=True, exist_ok=True)
    text = _TEMPLATE.format(id=rule_id, conduct=conduct, title=title, folder=folder)
    path.write_text(text, encoding="utf-8")
    return path
