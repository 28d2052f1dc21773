// purpose: gaps as they are now, each at its node and in its region, with what the latest search found there
// params: rows
// returns: gaps
// mode: write
UNWIND $rows AS row
MERGE (g:Gap {id: row.id})
SET g.kind = row.kind, g.rule = row.rule, g.as_of = date(row.as_of), g.firms_local = row.firms_local, g.firms_all = row.firms_all,
  g.later = date(row.later), g.later_kinds = row.later_kinds, g.later_local = row.later_local, g.later_all = row.later_all
WITH g, row
CALL (g, row) {
  MATCH (:Chain)-[:HAS_NODE]->(n:ChainNode {id: row.node})
  MERGE (g)-[:AT_NODE]->(n)
}
CALL (g, row) {
  UNWIND [code IN [row.region] WHERE code IS NOT NULL] AS code
  MERGE (r:Region {code: code})
  ON CREATE SET r.name = row.region_name, r.level = row.region_level
  MERGE (g)-[:IN_REGION]->(r)
}
RETURN count(DISTINCT g) AS gaps
