// zh: 需求和榜单要的产品，见到几家在生产
// en: Products that needs and bounties ask for, and how many make them
// topic: needs
// words: 需求 产品 缺 供给 供需 demand supply products
// column product: 产品 | product
// column asked: 需求和榜单数 | needs and bounties
// column makers: 见到的生产企业数 | makers that are known
// column as_of: 最新发布日期 | newest
// column source: 需求 | needs
// unknown: 按产品名称对应；名称不同的同一种产品不在内。 | By the product's name; the same thing under another name is left out.
MATCH (n:Need|Bounty)-[:ASKS_FOR]->(p:Product)
WITH p, collect(DISTINCT n) AS asking
RETURN p AS product, size(asking) AS asked,
  COUNT { MATCH (e:Enterprise)-[r:PRODUCES]->(p) WHERE r.valid_to IS NULL RETURN DISTINCT e } AS makers,
  reduce(high = null, n IN asking | CASE WHEN high IS NULL OR n.published > high THEN coalesce(n.published, high) ELSE high END) AS as_of,
  asking[..3] AS source
ORDER BY makers, asked DESC, p.name
