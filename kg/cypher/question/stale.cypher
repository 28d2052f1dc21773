// zh: 哪些关系的依据早于某日
// en: Relations whose newest source is older than a day
// topic: evidence
// words: 过时 陈旧 更新 老 stale old outdated
// param before: day = 2024-01-01 | 早于这一天 | older than this day
// column e: 企业 | firm
// column relation: 关系 | relation
// column other: 对象 | of what
// column as_of: 最新依据日期 | newest source
// column fact: 依据 | evidence
// unknown: 依据没有日期的不在内。 | Relations whose source has no day are left out.
MATCH (e:Enterprise)-[r]->(x)
WHERE r.as_of < date($before) AND r.valid_to IS NULL AND r.fact IS NOT NULL
RETURN e, type(r) AS relation, x AS other, r.as_of AS as_of, r.fact AS fact
ORDER BY as_of, e.name, relation
