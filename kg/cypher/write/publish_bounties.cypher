// purpose: show bounties as they are now, with their targets, and who was awarded where the state may show it
// params: rows
// returns: bounties
// mode: write
UNWIND $rows AS row
MERGE (n:Bounty {id: row.id})
SET n.title = row.title, n.grams = row.grams, n.state = row.state, n.published = date(row.published), n.deadline = date(row.deadline),
  n.amount = row.amount, n.city_grant = row.city_grant, n.ip_terms = row.ip_terms, n.trl = row.trl, n.due = date(row.due),
  n.organiser = row.organiser, n.awarded = date(row.awarded), n.accepted = date(row.accepted)
WITH n, row
CALL (n, row) {
  MATCH (n)-[:HAS_TARGET]->(t:Target) WHERE NOT t.id IN [target IN row.targets | target.id]
  DETACH DELETE t
}
CALL (n, row) {
  UNWIND row.targets AS target
  MERGE (t:Target {id: target.id})
  SET t = target
  MERGE (n)-[:HAS_TARGET]->(t)
}
CALL (n, row) {
  OPTIONAL MATCH (n)-[old:AWARDED_TO]->()
  DELETE old
  WITH DISTINCT n, row
  UNWIND row.team AS member
  MATCH (:Record {name_key: member.key})-[:IDENTIFIES]->(e:Enterprise)
  WITH n, row, member, collect(DISTINCT e) AS firms WHERE size(firms) = 1
  UNWIND firms AS e
  MERGE (n)-[a:AWARDED_TO]->(e)
  SET a.status = row.award_status, a.role = CASE WHEN a.role = 'lead' THEN 'lead' ELSE member.role END
}
RETURN count(n) AS bounties
