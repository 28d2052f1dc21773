// zh: 谁披露过市场占有率
// en: Market shares that were disclosed
// topic: figures
// words: 市场占有率 市占率 份额 排名 market share
// param scope: text =  | 口径里的字（产品、范围），空着是全部 | part of the scope (product, market); empty: all
// column e: 企业 | firm
// column scope: 口径 | scope
// column percent: 占有率（%） | share in percent
// column period: 期间 | period
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 各家口径不同，不能相加。 | Scopes differ from firm to firm: not to be added.
MATCH (e:Enterprise)-[r:REPORTS_METRIC]->(:Metric {id: 'market_share'})
WHERE coalesce(r.scope, '') CONTAINS $scope
RETURN e, r.scope AS scope, r.value AS percent, r.period AS period, r.as_of AS as_of, r.fact AS fact
ORDER BY percent DESC, e.name
