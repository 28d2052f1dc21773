// zh: 某日以后才第一次见到的生产企业
// en: Makers that are first seen after a day
// topic: trends
// words: 新进入 新增 新企业 首次 新出现 new entrants first seen
// param product: text = 器 | 产品名里的字，空着是全部 | part of the product's name; empty: all
// param after: day = 2025-01-01 | 在这一天以后 | after this day
// column e: 企业 | firm
// column product: 产品 | product
// column first_seen: 最早的来源日期 | earliest source
// column as_of: 最新的来源日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 日期是来源的日期，不是投产的日期；来源没有日期的不在内。 | Days are those of sources, not of the start of production; sources without a day are left out.
MATCH (e:Enterprise)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'PRODUCES', state: 'active'})-[:FROM]->(d:Document)
WHERE f.object_name CONTAINS $product AND d.published IS NOT NULL
WITH e, f.object_name AS product, min(d.published) AS first_seen, max(d.published) AS as_of, collect(DISTINCT f.id)[..3] AS fact
WHERE first_seen > date($after)
RETURN e, product, first_seen, as_of, fact
ORDER BY first_seen DESC, e.name, product
