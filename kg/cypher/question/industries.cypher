// zh: 各行业有多少家企业
// en: Firms by industry
// topic: makers
// words: 行业 国民经济 分类 数量 industry count
// column industry: 行业 | industry
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 行业没有写明的企业不在内。 | Firms whose industry is not stated are left out.
MATCH (e:Enterprise)-[r:IN_INDUSTRY]->(i:Industry)
RETURN coalesce(i.name, i.code) AS industry, count(DISTINCT e) AS firms, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY firms DESC, industry
