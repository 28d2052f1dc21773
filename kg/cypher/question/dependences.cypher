// zh: 哪些企业说自己依赖进口或单一来源
// en: Firms that say they depend on imports or on one source
// topic: chains
// words: 依赖 进口 卡脖子 单一来源 断供 dependence import chokepoint
// column e: 企业 | firm
// column product: 产品 | product
// column imported: 进口 | imported
// column single_source: 单一来源 | single source
// column quote: 原文 | sentence
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有说过的企业不在内，不等于不依赖。 | Firms that say nothing are left out, which does not mean that they depend on nothing.
MATCH (e:Enterprise)-[r:DEPENDS_ON]->(p:Product)
MATCH (f:Fact {id: r.fact})
RETURN e, p.name AS product, r.imported AS imported, r.single_source AS single_source, f.quote AS quote, r.as_of AS as_of,
  r.fact AS fact
ORDER BY e.name
