// purpose: identity decisions that the graph mirrors
// params: -
// returns: decision, records
// mode: read
MATCH (d:Decision)
RETURN d{.*} AS decision, [(d)-[:ON]->(r) | r.id] AS records
