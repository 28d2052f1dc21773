// zh: 哪些企业的称号将在某日之前到期
// en: Titles that end before a day
// topic: titles
// words: 到期 有效期 复核 称号 即将 expiring titles valid until
// param before: day = 2028-12-31 | 在这一天以前 | before this day
// column e: 企业 | firm
// column tier: 梯度 | tier
// column batch: 批次 | batch
// column ends: 有效期止 | ends
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写明有效期的称号不在内。 | Titles without a stated end are left out.
MATCH (e:Enterprise)-[h:HAS_HONOUR]->(x:Honour)
WHERE h.valid_to IS NOT NULL AND h.valid_to < date($before)
RETURN e, x.tier AS tier, x.batch AS batch, h.valid_to AS ends, h.as_of AS as_of, h.fact AS fact
ORDER BY ends, e.name
