// zh: 每年认定了多少家某一梯度的企业
// en: Recognitions of a tier by year
// topic: titles
// words: 趋势 逐年 认定 批次 梯度 trend recognitions year
// param tier: tier = little_giant | 梯度 | tier
// column year: 年份 | year
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 公示不算认定；认定日期不详的单列为“不详”。 | A notice is no recognition; recognitions of an unknown day are counted as unknown.
MATCH (e:Enterprise)-[h:HAS_HONOUR]->(:Honour {tier: $tier})
WHERE h.recognition IS NOT NULL
RETURN coalesce(toString(h.valid_from.year), '不详') AS year, count(DISTINCT e) AS firms, max(h.as_of) AS as_of,
  collect(DISTINCT h.fact)[..3] AS fact
ORDER BY year
