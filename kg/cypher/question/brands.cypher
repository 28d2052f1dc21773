// zh: 谁拥有什么品牌
// en: Brands and who owns them
// topic: technology
// words: 品牌 商标 brand trademark
// param brand: text =  | 品牌里的字，空着是全部 | part of the brand; empty: all
// column e: 企业 | firm
// column brand: 品牌 | brand
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写出品牌的企业不在内。 | Firms that state no brand are left out.
MATCH (e:Enterprise)-[r:OWNS_BRAND]->(b:Brand)
WHERE coalesce(b.name, b.key) CONTAINS $brand
RETURN e, coalesce(b.name, b.key) AS brand, r.as_of AS as_of, r.fact AS fact
ORDER BY brand, e.name
