// zh: 有哪些企业生产某种产品，各有什么依据
// en: Who makes a product, each with its sentence
// topic: makers
// words: 生产 制造 厂家 供应商 企业 产品 谁能做 manufacturer supplier
// param product: text = 减速器 | 产品名里的字 | part of the product's name
// column e: 企业 | firm
// column product: 产品 | product
// column level: 置信等级 | level
// column quote: 原文 | sentence
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有说过自己生产什么的企业不在内，不等于不生产。 | Firms that no source says what they make are left out, which does not mean that they make nothing.
MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product)
WHERE p.name CONTAINS $product AND r.valid_to IS NULL
MATCH (f:Fact {id: r.fact})
RETURN e, p AS product, r.level AS level, f.quote AS quote, r.as_of AS as_of, f.id AS fact
ORDER BY e.name, p.name
