// zh: 某种产品的技术参数，各家分别是多少
// en: Parameters of a product, firm by firm
// topic: technology
// words: 参数 指标 性能 规格 parameters performance specification
// param product: text = 轴承 | 产品名里的字 | part of the product's name
// column e: 企业 | firm
// column product: 产品 | product
// column parameter: 参数 | parameter
// column operator: 关系符 | operator
// column value: 数值 | value
// column unit: 单位 | unit
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写出参数的企业不在内，不等于达不到。 | Firms that state no parameter are left out, which does not mean that they fall short.
MATCH (e:Enterprise)-[r:HAS_PARAMETER]->(p:Product)
WHERE p.name CONTAINS $product
RETURN e, p.name AS product, r.name AS parameter, r.operator AS operator, r.value AS value, r.unit AS unit, r.as_of AS as_of,
  r.fact AS fact
ORDER BY product, parameter, value
