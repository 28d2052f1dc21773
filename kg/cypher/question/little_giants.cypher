// zh: 某一天的专精特新“小巨人”企业：已认定、已复核与由复核推断的分开
// en: Little giants on a day, recognised and rechecked ones apart from those that a review implies
// topic: titles
// words: 小巨人 专精特新 认定 复核 数量 little giant recognised
// param day: day = 2026-10-01 | 哪一天 | on which day
// column recognition: 认定的依据等级 | level of the recognition
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 公示不算认定；起始日期不详的不在内。 | A notice is no recognition; titles whose beginning is unknown are left out.
MATCH (e:Enterprise)-[h:HAS_HONOUR]->(:Honour {tier: 'little_giant'})
WHERE h.recognition IS NOT NULL AND h.valid_from <= date($day) AND (h.valid_to IS NULL OR h.valid_to >= date($day))
RETURN h.recognition AS recognition, count(DISTINCT e) AS firms, max(h.as_of) AS as_of, collect(DISTINCT h.fact)[..3] AS fact
ORDER BY recognition
