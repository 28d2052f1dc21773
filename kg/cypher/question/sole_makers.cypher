// zh: 哪些产品在图谱里只见一家生产企业
// en: Products of which the graph knows one maker alone
// topic: makers
// words: 独家 唯一 只有一家 单点 sole only one maker
// param product: text = 器 | 产品名里的字，空着是全部 | part of the product's name; empty: all
// column product: 产品 | product
// column e: 企业 | firm
// column level: 置信等级 | level
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 只见一家，不等于只有一家：没有载入的来源里可能还有。 | One that is known is not one that exists: sources that were not loaded may name others.
MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product)
WHERE p.name CONTAINS $product AND r.valid_to IS NULL
WITH p, collect({e: e, level: r.level, as_of: r.as_of, fact: r.fact}) AS made
WHERE size(made) = 1
RETURN p.name AS product, made[0].e AS e, made[0].level AS level, made[0].as_of AS as_of, made[0].fact AS fact
ORDER BY product
