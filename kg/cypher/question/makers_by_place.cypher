// zh: 某种产品的生产企业分布在哪些地方
// en: Makers of a product by place
// topic: makers
// words: 分布 各地 多少家 几家 地区 集中 distribution region count
// param product: text = 减速器 | 产品名里的字 | part of the product's name
// column place: 所在地 | place
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 所在地没有写明的企业单列为“不详”。 | Firms whose place is not stated are counted as unknown.
MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product)
WHERE p.name CONTAINS $product AND r.valid_to IS NULL
OPTIONAL MATCH (e)-[l:LOCATED_IN]->(g:Region) WHERE l.valid_to IS NULL
RETURN coalesce(g.name, '不详') AS place, count(DISTINCT e) AS firms, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY firms DESC, place
