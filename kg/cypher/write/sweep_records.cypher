// purpose: take out records that an interrupted load left without a fact
// params: -
// returns: -
// mode: write
MATCH (r:Record) WHERE NOT (r)<-[:SUBJECT|OBJECT]-() DETACH DELETE r
