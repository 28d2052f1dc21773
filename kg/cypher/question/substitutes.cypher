// zh: 有企业依赖进口的产品，国内谁在生产
// en: Who makes what others depend on
// topic: chains
// words: 国产化 替代 进口 谁能做 substitution domestic import
// column product: 产品 | product
// column dependent: 依赖它的企业 | who depends on it
// column e: 生产它的企业 | who makes it
// column as_of: 依据日期 | as of
// column fact: 依据（依赖、生产） | evidence (dependence, production)
// unknown: 产品名称要一样才算；名称不同的同一种产品不在内。 | The products' names must agree; the same thing under another name is left out.
MATCH (dependent:Enterprise)-[d:DEPENDS_ON]->(p:Product)<-[r:PRODUCES]-(e:Enterprise)
WHERE r.valid_to IS NULL AND e <> dependent
RETURN p.name AS product, dependent, e, r.as_of AS as_of, [d.fact, r.fact] AS fact
ORDER BY product, e.name
