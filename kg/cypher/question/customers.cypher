// zh: 谁向某家单位供货，新近的在前
// en: Who supplies an organisation, the newest first
// topic: supply
// words: 供货 供应商 采购方 客户 配套 suppliers of buyer
// param buyer: text = 机器人集团 | 采购方名称里的字 | part of the buyer's name
// column b: 采购方 | buyer
// column s: 供应商 | supplier
// column product: 产品 | product
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有披露的供应关系不在内。 | Relations of supply that nobody disclosed are left out.
MATCH (s)-[r:SUPPLIES]->(b:Enterprise)
WHERE b.name CONTAINS $buyer
RETURN b, s, r.product AS product, r.as_of AS as_of, r.fact AS fact
ORDER BY as_of DESC, s.name
