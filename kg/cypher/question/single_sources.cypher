// zh: 哪些采购方的某种产品只见一家供应商
// en: Which products of a buyer are known from one supplier alone
// topic: supply
// words: 单一来源 独家供应 一家供应商 断供 风险 single source sole supplier risk
// column b: 采购方 | buyer
// column product: 产品 | product
// column supplier: 供应商 | supplier
// column as_of: 依据日期 | as of
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只见一家，不等于只有一家：没有披露的供应商不在内。 | One that is known is not one that exists: suppliers that nobody disclosed are left out.
MATCH (s:Enterprise)-[r:SUPPLIES]->(b:Enterprise)
WHERE r.product IS NOT NULL
WITH b, r.product AS product, collect(DISTINCT s) AS suppliers, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
WHERE size(suppliers) = 1
RETURN b, product, suppliers[0] AS supplier, as_of, fact
ORDER BY b.name, product
