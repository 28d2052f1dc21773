// zh: 一条产业链的各环节在某地有几家企业，少的在前
// en: How many firms of a place are at each node of a chain, the fewest first
// topic: chains
// words: 产业链 环节 薄弱 缺口 家数 chain nodes weak
// param chain: chain = 机器人 | 产业链 | chain
// param place: place = 99 | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column stage: 上中下游 | stage
// column node: 环节 | node
// column here: 当地企业数 | firms there
// column everywhere: 全部企业数 | firms in all
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// column source: 环节的来源 | source of the node
// unknown: 零是图谱里没有见到，不等于没有；所在地没有写明的企业只计入全部。 | Zero means that the graph knows none; firms whose place is not stated count in all alone.
MATCH (:Chain {name: $chain})-[h:HAS_NODE]->(n:ChainNode)
OPTIONAL MATCH (n)<-[:AT]-(:Product)<-[r:PRODUCES]-(e:Enterprise)
WHERE r.valid_to IS NULL
WITH n, h, collect(DISTINCT e) AS firms, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
RETURN n.stage AS stage, n.name AS node,
  size([e IN firms WHERE EXISTS { (e)-[:LOCATED_IN]->(g:Region) WHERE g.code STARTS WITH $place }]) AS here,
  size(firms) AS everywhere, as_of, fact, h.source AS source
ORDER BY here, everywhere, stage, node
