// purpose: classes of firms: of industry, and of the industrial foundation by one scheme, each with its best fact
// params: scheme
// returns: id, industries, fields
// mode: read
MATCH (e:Enterprise) WHERE coalesce(e.kind, 'company') <> 'agency' AND e.retracted IS NULL
WITH e.id AS id,
  COLLECT { MATCH (e)-[r:IN_INDUSTRY]->(i:Industry)
    RETURN {value: i.id, name: i.name, fact: r.fact} ORDER BY i.id } AS industries,
  COLLECT { MATCH (e)-[:PRODUCES|OWNS_PATENT]->()-[r:IN_FOUNDATION_FIELD]->(f:FoundationField {scheme: $scheme})
    WITH f.name AS value, min(r.fact) AS fact ORDER BY value RETURN {value: value, fact: fact} } AS fields
WHERE size(industries) + size(fields) > 0
RETURN id, industries, fields ORDER BY id
