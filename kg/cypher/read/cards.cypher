// purpose: what a line of results says of enterprises: place, honours, products
// params: ids
// returns: id, name, code, region, tiers, products, more, as_of
// mode: read
MATCH (e:Enterprise) WHERE e.id IN $ids
CALL (e) {
  OPTIONAL MATCH (e)-[r:PRODUCES]->(p:Product)
  WITH r, p ORDER BY r.valid_to IS NOT NULL, coalesce(r.share, 0) DESC, CASE r.level WHEN 'disclosed' THEN 0 WHEN 'strongly_inferred' THEN 1 ELSE 2 END, p.name
  RETURN collect(p {.key, .name, level: r.level, fact: r.fact}) AS made, max(toString(r.as_of)) AS as_of
}
RETURN e.id AS id, e.name AS name, e.credit_code AS code,
  [(e)-[l:LOCATED_IN]->(g:Region) WHERE l.valid_to IS NULL | g.code][0] AS region,
  [(e)-[h:HAS_HONOUR]->(o:Honour) WHERE o.tier <> 'other' | {tier: o.tier, batch: o.batch, status: h.status, valid_to: h.valid_to, fact: h.fact}] AS tiers,
  made[..4] AS products, size(made) AS more, as_of
