// zh: 谁起草过标准
// en: Who drafted standards
// topic: technology
// words: 标准 起草 国标 行标 话语权 standards drafted
// param standard: text =  | 标准号或名称里的字，空着是全部 | part of number or name; empty: all
// column e: 企业 | firm
// column number: 标准号 | number
// column name: 名称 | name
// column role: 起草角色 | role
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写明角色的空着。 | A role that is not stated stays empty.
MATCH (e:Enterprise)-[r:DRAFTED_STANDARD]->(s:Standard)
WHERE s.number CONTAINS $standard OR s.name CONTAINS $standard
RETURN e, s.number AS number, s.name AS name, r.role AS role, r.as_of AS as_of, r.fact AS fact
ORDER BY number, e.name
