// zh: 榜单要达到哪些技术指标
// en: Technical targets of bounties
// topic: needs
// words: 技术指标 要求 榜单 揭榜 targets requirement
// param title: text =  | 标题里的字，空着是全部 | part of the title; empty: all
// column b: 榜单 | bounty
// column target: 指标 | target
// column operator: 关系符 | operator
// column value: 数值 | value
// column unit: 单位 | unit
// column as_of: 发布日期 | published
// column source: 组织单位 | organiser
// unknown: 没有数值的指标，数值空着。 | Targets without a figure stay empty.
MATCH (b:Bounty)-[:HAS_TARGET]->(t:Target) WHERE b.title CONTAINS $title
RETURN b, t.name AS target, t.operator AS operator, t.value AS value, t.unit AS unit, b.published AS as_of, b.organiser AS source
ORDER BY b.title, target
