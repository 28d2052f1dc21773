// zh: 某种产品处在哪些产业链的哪个环节，凭什么
// en: At which nodes of which chains a product stands, and why
// topic: chains
// words: 环节 归类 产品 位置 node placement reason
// param product: text = 减速器 | 产品名里的字 | part of the product's name
// column product: 产品 | product
// column chain: 产业链 | chain
// column node: 环节 | node
// column score: 得分 | score
// column rule: 规则 | rule
// column reason: 理由 | reason
// column as_of: 日期 | as of
// column source: 来源 | source
// unknown: 没有归到环节的产品不在内。 | Products that are placed at no node are left out.
MATCH (p:Product)-[r:AT]->(n:ChainNode)<-[:HAS_NODE]-(c:Chain)
WHERE p.name CONTAINS $product
RETURN p.name AS product, c.name AS chain, n.name AS node, r.score AS score, r.rule AS rule, r.reason AS reason, r.as_of AS as_of,
  r.source AS source
ORDER BY product, score DESC, chain
