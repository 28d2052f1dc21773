// purpose: decisions of people on which records are this enterprise
// params: id
// returns: verdict, reason, by_role, at, names
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:ON]-(x:Decision) WHERE x.undone_at IS NULL AND x.verdict <> 'retract'
WITH DISTINCT x
MATCH (x)-[:ON]->(r:Record)
RETURN x.verdict AS verdict, x.reason AS reason, x.by_role AS by_role, x.at AS at, collect(DISTINCT r.name) AS names
ORDER BY at DESC
