// purpose: terms, targets and solvers of a bounty, the lead first
// params: id
// returns: amount, city_grant, ip_terms, trl, due, organiser, awarded, targets, team
// mode: read
MATCH (n:Bounty {id: $id})
RETURN n.amount AS amount, n.city_grant AS city_grant, n.ip_terms AS ip_terms, n.trl AS trl, n.due AS due,
  n.organiser AS organiser, n.awarded AS awarded,
  COLLECT {
    MATCH (n)-[:HAS_TARGET]->(t)
    WITH t ORDER BY t.id
    RETURN t {.name, .operator, .value, .value_max, .unit, .method}
  } AS targets,
  COLLECT {
    MATCH (n)-[a:AWARDED_TO]->(e)
    WITH a, e ORDER BY a.role <> 'lead', e.name
    RETURN e {.id, .name, role: a.role, status: a.status, keys: [(e)<-[:IDENTIFIES]-(r:Record) | r.name_key]}
  } AS team
