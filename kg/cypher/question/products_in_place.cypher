// zh: 某地的企业都生产什么，各有几家
// en: What the firms of a place make, and how many make it
// topic: makers
// words: 本地 产业 产品 家底 有什么 local products industry
// param place: place = 9901 | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column product: 产品 | product
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 所在地或产品没有写明的企业不在内。 | Firms whose place or products are not stated are left out.
MATCH (g:Region)<-[l:LOCATED_IN]-(e:Enterprise)-[r:PRODUCES]->(p:Product)
WHERE g.code STARTS WITH $place AND r.valid_to IS NULL AND l.valid_to IS NULL
RETURN p.name AS product, count(DISTINCT e) AS firms, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY firms DESC, product
