// zh: 各地有多少建链、补链、延链、强链缺口
// en: Gaps by region and kind
// topic: chains
// words: 缺口 建链 补链 延链 强链 各地 gaps region
// column place: 地区 | region
// column kind: 类别 | kind
// column gaps: 缺口数 | gaps
// column as_of: 查找的数据日 | data of the search
// column source: 规则 | rule
// unknown: 只有查找过缺口的地区才在内。 | Regions that were not searched for gaps are left out.
MATCH (g:Gap)-[:AT_NODE]->(:ChainNode)
OPTIONAL MATCH (g)-[:IN_REGION]->(r:Region)
RETURN coalesce(r.name, '全国') AS place, g.kind AS kind, count(g) AS gaps, max(g.as_of) AS as_of,
  collect(DISTINCT g.rule)[0] AS source
ORDER BY place, kind
