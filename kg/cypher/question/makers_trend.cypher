// zh: 某种产品的生产企业逐年新增多少
// en: Makers of a product by the year in which they are first seen
// topic: trends
// words: 趋势 逐年 每年 新增 增长 trend by year growth
// param product: text = 器 | 产品名里的字，空着是全部 | part of the product's name; empty: all
// column year: 年份 | year
// column firms: 首次见到的企业数 | firms first seen
// column as_of: 最新的来源日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 年份是来源的年份，不是投产的年份；来源没有日期的不在内。 | Years are those of sources, not of the start of production; sources without a day are left out.
MATCH (e:Enterprise)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'PRODUCES', state: 'active'})-[:FROM]->(d:Document)
WHERE f.object_name CONTAINS $product AND d.published IS NOT NULL
WITH e, min(d.published) AS first_seen, max(d.published) AS newest, collect(f.id)[0] AS fact
RETURN toString(first_seen.year) AS year, count(e) AS firms, max(newest) AS as_of, collect(fact)[..3] AS fact
ORDER BY year
