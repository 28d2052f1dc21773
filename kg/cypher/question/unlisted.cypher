// zh: 有专利而没有任何称号的企业，可作培育对象
// en: Firms with patents and without any title
// topic: titles
// words: 培育 潜在 没有称号 后备 发现 cultivation candidates without title
// column e: 企业 | firm
// column patents: 专利数 | patents
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 没有见到称号，不等于没有称号。 | No title that is known is not no title.
MATCH (e:Enterprise)-[r:OWNS_PATENT]->(p:Patent)
WHERE NOT EXISTS { (e)-[:HAS_HONOUR]->() }
RETURN e, count(DISTINCT p) AS patents, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY patents DESC, e.name
LIMIT 50
