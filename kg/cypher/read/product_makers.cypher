// purpose: makers of a product, each with place, newest honour and its best sentence; current ones first
// params: key, day, states, periods, skip, limit
// returns: id, name, region, edge, tiers, citation
// mode: read
MATCH (:Product {key: $key})<-[r:PRODUCES]-(e:Enterprise)
WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false)))
WITH r, e ORDER BY $day IS NULL AND r.valid_to IS NOT NULL, CASE r.level WHEN 'disclosed' THEN 0 WHEN 'strongly_inferred' THEN 1 WHEN 'declared' THEN 2 ELSE 3 END, coalesce(r.share, 0) DESC, toString(r.as_of) DESC, e.name
SKIP $skip LIMIT $limit
WITH collect({r: r, e: e}) AS found
UNWIND range(0, size(found) - 1) AS place
WITH place, found[place].r AS r, found[place].e AS e
OPTIONAL MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN e.id AS id, e.name AS name, properties(r) AS edge,
  [(e)-[l:LOCATED_IN]->(g:Region) WHERE CASE WHEN $day IS NULL THEN l.valid_to IS NULL
    ELSE ($day IS NULL OR (coalesce(l.valid_from <= date($day), true)
  AND coalesce(l.valid_to > date($day) OR (l.valid_to = date($day) AND NOT type(l) IN $states), true)
  AND NOT coalesce(type(l) IN $periods AND left(toString(l.period), 4) + '-12-31' > $day, false))) END | g.code][0] AS region,
  [(e)-[h:HAS_HONOUR]->(o:Honour) WHERE o.tier <> 'other' | {tier: o.tier, batch: o.batch, status: h.status, dated: h.dated, valid_from: toString(h.valid_from),
    valid_to: toString(h.valid_to), as_of: toString(h.as_of), level: h.level, fact: h.fact}] AS tiers,
  {fact: f.id, facts: r.facts, level: r.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY place
