// purpose: one metric of firms by year, each with its best fact; figures of a part of a firm are left out
// params: metric
// returns: firm, period, value, fact, level
// mode: read
MATCH (e:Enterprise)-[r:REPORTS_METRIC]->(:Metric {id: $metric})
WHERE r.scope IS NULL AND r.period IS NOT NULL AND r.value IS NOT NULL AND e.retracted IS NULL
RETURN e.id AS firm, toString(r.period) AS period, r.value AS value, r.fact AS fact, r.level AS level
ORDER BY firm, period, level, fact
