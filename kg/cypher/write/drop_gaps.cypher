// purpose: take out the gaps that are not among these ids, and the regions that only they named
// params: ids
// returns: gaps
// mode: write
MATCH (g:Gap) WHERE NOT g.id IN $ids
WITH collect(g) AS gone, COLLECT { MATCH (h:Gap)-[:IN_REGION]->(r:Region) WHERE NOT h.id IN $ids RETURN DISTINCT r } AS regions
FOREACH (g IN gone | DETACH DELETE g)
WITH size(gone) AS found, regions
CALL (regions) {
  UNWIND regions AS r
  WITH r WHERE NOT EXISTS { (r)--() }
  DELETE r
}
RETURN found AS gaps
