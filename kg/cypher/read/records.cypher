// purpose: what tells records apart, and the enterprise that each identifies
// params: ids
// returns: id, name_key, credit_code, firm
// mode: read
UNWIND $ids AS id
MATCH (r:Record {id: id})
OPTIONAL MATCH (r)-[:IDENTIFIES]->(e:Enterprise)
RETURN r.id AS id, r.name_key AS name_key, r.credit_code AS credit_code, e.id AS firm
