// purpose: what official lists flag as dependent on import or as a chokepoint: products by name, nodes by id
// params: -
// returns: name, node, flag, title, fact, day
// mode: read
MATCH (x:Product|ChainNode)-[r:FLAGGED]->(p:Policy) WHERE r.valid_to IS NULL
RETURN coalesce(x.name, '') AS name, CASE WHEN x:ChainNode THEN x.id ELSE '' END AS node, r.flag AS flag,
  coalesce(p.name, p.id) AS title, r.fact AS fact, toString(r.valid_from) AS day
ORDER BY node, name, title, flag
