// zh: 某年签订或中标的合同，按金额排列
// en: Contracts won in a year, by amount; a consortium counts once
// topic: contracts
// words: 合同 中标 金额 大单 contract award amount
// param year: year = 2025 | 年份 | year
// column contract: 合同 | contract
// column e: 中标方 | won by
// column b: 发包方 | let by
// column amount: 金额上限（元） | amount at most (yuan of the currency)
// column currency: 币种 | currency
// column as_of: 签订或公告日期 | signed or announced
// column fact: 依据 | evidence
// unknown: 金额没有披露的空着，排在最后，不是零。 | An amount that is not disclosed stays empty and stands last; it is not zero.
MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)
WHERE r.role = 'lead' AND coalesce(c.signed, r.as_of).year = $year
OPTIONAL MATCH (c)-[:LET_BY]->(b:Enterprise)
RETURN coalesce(c.title, c.project) AS contract, e, b, c.amount_max AS amount, c.currency AS currency,
  coalesce(c.signed, r.as_of) AS as_of, r.fact AS fact
ORDER BY amount IS NULL, amount DESC, contract
