// zh: 某年每个月有多少合同
// en: Contracts of a year by month
// topic: contracts
// words: 按月 月度 趋势 中标 合同数 monthly trend contracts
// param year: year = 2025 | 年份 | year
// column month: 月份 | month
// column contracts: 合同数 | contracts
// column as_of: 最新的签订或公告日期 | newest
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 签订日期没有写明的按公告日期算；两者都没有的不在内。 | Without a day of signing the day of the notice counts; without either a contract is left out.
MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)
WHERE r.role = 'lead' AND coalesce(c.signed, r.as_of).year = $year
WITH c, max(coalesce(c.signed, r.as_of)) AS on_day, collect(r.fact)[0] AS fact
RETURN toString($year) + '-' + right('0' + toString(on_day.month), 2) AS month, count(c) AS contracts, max(on_day) AS as_of,
  collect(fact)[..3] AS fact
ORDER BY month
