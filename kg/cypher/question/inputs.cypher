// zh: 某种产品用什么做，又用在哪里
// en: What goes into a product, and what it goes into
// topic: chains
// words: 上游 材料 零部件 下游 用途 inputs upstream material
// param product: text = 减速器 | 产品名里的字 | part of the product's name
// column input: 上游 | what goes in
// column product: 下游 | into what
// column as_of: 依据日期 | as of
// column source: 来源 | source
// unknown: 没有载入的上下游关系不在内。 | Relations that were not loaded are left out.
MATCH (a:Product)-[r:INPUT_OF]->(b:Product)
WHERE a.name CONTAINS $product OR b.name CONTAINS $product
RETURN a AS input, b AS product, r.as_of AS as_of, r.source AS source
ORDER BY b.name, a.name
