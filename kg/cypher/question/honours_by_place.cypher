// zh: 各地各梯度的企业数（公示不算认定）
// en: Firms by place and tier; a notice is no recognition
// topic: titles
// words: 梯度 专精特新 单项冠军 各地 数量 tier place count
// column code: 地区代码 | code
// column place: 所在地 | place
// column tier: 梯度 | tier
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 所在地没有写明的企业不在内。 | Firms whose place is not stated are left out.
MATCH (g:Region)<-[:LOCATED_IN]-(e:Enterprise)-[h:HAS_HONOUR]->(x:Honour)
WHERE h.recognition IS NOT NULL
RETURN g.code AS code, g.name AS place, x.tier AS tier, count(DISTINCT e) AS firms, max(h.as_of) AS as_of,
  collect(DISTINCT h.fact)[..3] AS fact
ORDER BY code, tier
