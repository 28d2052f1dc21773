// zh: 某条产业链的某个环节有哪些企业
// en: Firms at a node of a chain
// topic: chains
// words: 环节 企业 产业链 名单 chain node firms list
// param chain: chain = 机器人 | 产业链 | chain
// param node: text =  | 环节名称里的字，空着是全部 | part of the node's name; empty: all
// column node: 环节 | node
// column e: 企业 | firm
// column products: 产品 | products
// column place: 所在地 | place
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 产品没有归到环节的企业不在内。 | Firms whose products are placed at no node are left out.
MATCH (:Chain {name: $chain})-[:HAS_NODE]->(n:ChainNode)<-[:AT]-(p:Product)<-[r:PRODUCES]-(e:Enterprise)
WHERE n.name CONTAINS $node AND r.valid_to IS NULL
OPTIONAL MATCH (e)-[l:LOCATED_IN]->(g:Region) WHERE l.valid_to IS NULL
RETURN n.name AS node, e, collect(DISTINCT p.name) AS products, head(collect(g.name)) AS place, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY node, e.name
