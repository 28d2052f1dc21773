// purpose: by which word a statement was taken out: on one of its firms, or on statements of its relation
// params: id
// returns: relation, at, reason
// mode: read
MATCH (f:Fact {id: $id, state: 'retracted'})-[:SUBJECT|OBJECT]->(:Record)-[:IDENTIFIES]->(e:Enterprise)
MATCH (e)<-[:IDENTIFIES]-(r:Record)
MATCH (r)<-[:ON]-(x:Decision {verdict: 'retract'}) WHERE x.undone_at IS NULL
  AND (x.statement IS NULL OR (x.statement STARTS WITH f.relation + ':' AND EXISTS { (f)-[:SUBJECT]->(r) }))
RETURN split(x.statement, ':')[0] AS relation, x.at AS at, x.reason AS reason
ORDER BY x.statement IS NULL DESC, at DESC LIMIT 1
