// purpose: what a line of results says of enterprises: place, honours, products
// params: ids, day, states, periods
// returns: id, name, code, region, tiers, products, more, as_of
// mode: read
MATCH (e:Enterprise) WHERE e.id IN $ids
CALL (e) {
  OPTIONAL MATCH (e)-[r:PRODUCES]->(p:Product) WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false)))
  WITH r, p ORDER BY r.valid_to IS NOT NULL, coalesce(r.share, 0) DESC, CASE r.level WHEN 'disclosed' THEN 0 WHEN 'strongly_inferred' THEN 1 WHEN 'declared' THEN 2 ELSE 3 END, p.name
  RETURN collect(p {.key, .name, level: r.level, fact: r.fact}) AS made, max(toString(r.as_of)) AS as_of
}
RETURN e.id AS id, e.name AS name, e.credit_code AS code,
  [(e)-[l:LOCATED_IN]->(g:Region) WHERE CASE WHEN $day IS NULL THEN l.valid_to IS NULL
    ELSE ($day IS NULL OR (coalesce(l.valid_from <= date($day), true)
  AND coalesce(l.valid_to > date($day) OR (l.valid_to = date($day) AND NOT type(l) IN $states), true)
  AND NOT coalesce(type(l) IN $periods AND left(toString(l.period), 4) + '-12-31' > $day, false))) END | g.code][0] AS region,
  [(e)-[h:HAS_HONOUR]->(o:Honour) WHERE o.tier <> 'other' | {tier: o.tier, batch: o.batch, status: h.status, dated: h.dated, valid_from: toString(h.valid_from),
    valid_to: toString(h.valid_to), as_of: toString(h.as_of), level: h.level, fact: h.fact}] AS tiers,
  made[..4] AS products, size(made) AS more, as_of
