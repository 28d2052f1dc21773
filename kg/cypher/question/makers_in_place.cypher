// zh: 某地有哪些企业生产某种产品
// en: Which firms of a place make a product
// topic: makers
// words: 某市 某省 本地 当地 有哪些企业 生产 制造 city province local makers
// param product: text = 轴承 | 产品名里的字 | part of the product's name
// param place: place = 9901 | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column e: 企业 | firm
// column place: 所在地 | place
// column products: 产品 | products
// column level: 最强的置信等级 | strongest level
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 所在地没有写明的企业不在内。 | Firms whose place is not stated are left out.
MATCH (g:Region)<-[l:LOCATED_IN]-(e:Enterprise)-[r:PRODUCES]->(p:Product)
WHERE g.code STARTS WITH $place AND p.name CONTAINS $product AND r.valid_to IS NULL AND l.valid_to IS NULL
WITH e, g, collect(DISTINCT p.name) AS products, collect(DISTINCT r.level) AS levels, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
RETURN e, g.name AS place, products,
  head([level IN ['disclosed', 'strongly_inferred', 'declared', 'inferred'] WHERE level IN levels]) AS level, as_of, fact
ORDER BY e.name
