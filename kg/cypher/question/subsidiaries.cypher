// zh: 某企业的子公司和母公司
// en: Subsidiaries and parents of a firm
// topic: supply
// words: 子公司 母公司 控股 集团 股权 subsidiary parent group
// param firm: text =  | 企业名称里的字，空着是全部 | part of the firm's name; empty: all
// column e: 子公司 | subsidiary
// column parent: 母公司 | parent
// column share: 持股比例（%） | share in percent
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 持股比例没有披露的空着，不是零。 | A share that is not disclosed stays empty; it is not zero.
MATCH (e:Enterprise)-[r:SUBSIDIARY_OF]->(parent:Enterprise)
WHERE (e.name CONTAINS $firm OR parent.name CONTAINS $firm) AND r.valid_to IS NULL
RETURN e, parent, r.share AS share, r.as_of AS as_of, r.fact AS fact
ORDER BY parent.name, e.name
