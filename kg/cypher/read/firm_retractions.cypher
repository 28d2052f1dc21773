// purpose: what of an enterprise was taken out: all (no relation), or single statements of a relation
// params: id
// returns: relation, at, reason
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(:Record)<-[:ON]-(x:Decision {verdict: 'retract'}) WHERE x.undone_at IS NULL
RETURN DISTINCT split(x.statement, ':')[0] AS relation, x.at AS at, x.reason AS reason
ORDER BY at DESC, reason
