// zh: 某地的缺口在哪些环节，当地和全国各有几家
// en: Gaps of a place by node, with firms there and in all
// topic: chains
// words: 缺口 环节 本地 招商 gap node local
// param place: place =  | 地区（名称或代码，空着是全部） | place (name or code; empty: all)
// column place: 地区 | region
// column chain: 产业链 | chain
// column node: 环节 | node
// column kind: 类别 | kind
// column here: 当地企业数 | firms there
// column everywhere: 全国企业数 | firms in all
// column as_of: 查找的数据日 | data of the search
// column source: 规则 | rule
// unknown: 只有查找过缺口的地区才在内。 | Regions that were not searched for gaps are left out.
MATCH (c:Chain)-[:HAS_NODE]->(n:ChainNode)<-[:AT_NODE]-(g:Gap)
OPTIONAL MATCH (g)-[:IN_REGION]->(r:Region)
WITH c, n, g, r WHERE coalesce(r.code, '') STARTS WITH $place
RETURN coalesce(r.name, '全国') AS place, c.name AS chain, n.name AS node, g.kind AS kind, g.firms_local AS here,
  g.firms_all AS everywhere, g.as_of AS as_of, g.rule AS source
ORDER BY place, chain, here, node
