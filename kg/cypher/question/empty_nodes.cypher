// zh: 哪些环节一家企业也没有见到
// en: Nodes at which no firm is known
// topic: chains
// words: 空白 断点 建链 没有企业 环节 empty nodes missing
// param chain: text =  | 产业链名称里的字，空着是全部 | part of the chain's name; empty: all
// column chain: 产业链 | chain
// column stage: 上中下游 | stage
// column node: 环节 | node
// column as_of: 模板日期 | day of the template
// column source: 来源 | source
// unknown: 没有见到，不等于没有：产品没有归到环节的企业也不在内。 | None that is known is not none: firms whose products are placed at no node are left out too.
MATCH (c:Chain)-[h:HAS_NODE]->(n:ChainNode)
WHERE c.name CONTAINS $chain AND NOT EXISTS { (n)<-[:AT]-(:Product)<-[r:PRODUCES]-(:Enterprise) WHERE r.valid_to IS NULL }
RETURN c.name AS chain, n.stage AS stage, n.name AS node, h.as_of AS as_of, h.source AS source
ORDER BY chain, stage, node
