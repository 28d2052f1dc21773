// purpose: enterprises as identity compares them: all, or those of a list
// params: ids
// returns: id, name, aliases, former, code, region, address, patents, contracts, records
// mode: read
MATCH (e:Enterprise) WHERE $ids IS NULL OR e.id IN $ids
RETURN e.id AS id, e.name AS name, e.aliases AS aliases, e.former_names AS former, e.credit_code AS code,
  e.address AS address, head([(e)-[l:LOCATED_IN]->(g:Region) WHERE l.valid_to IS NULL | g.code]) AS region,
  [(e)-[:OWNS_PATENT]->(p:Patent) | p.id] AS patents, [(e)-[:WON_CONTRACT]->(c:Contract) | c.id] AS contracts,
  [(r:Record)-[:IDENTIFIES]->(e) | r.id] AS records
