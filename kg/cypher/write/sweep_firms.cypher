// purpose: take out enterprises that an interrupted load left without a record
// params: -
// returns: -
// mode: write
MATCH (e:Enterprise) WHERE NOT (e)<-[:IDENTIFIES]-() DETACH DELETE e
