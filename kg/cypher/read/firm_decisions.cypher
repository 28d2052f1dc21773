// purpose: decisions on which records are this enterprise, taken-back ones included, newest first
// params: id, limit
// returns: verdict, reason, by_role, score, at, undone_at, names
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:ON]-(x:Decision) WHERE x.verdict <> 'retract'
WITH DISTINCT x
MATCH (x)-[:ON]->(r:Record)
RETURN x.verdict AS verdict, x.reason AS reason, x.by_role AS by_role, x.score AS score, x.at AS at,
  x.undone_at AS undone_at, collect(DISTINCT r.name) AS names
ORDER BY at DESC, names LIMIT $limit
