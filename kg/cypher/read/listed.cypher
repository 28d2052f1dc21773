// purpose: things that documents list by name
// params: ids
// returns: document, label, key
// mode: read
UNWIND $ids AS id
MATCH (:Document {id: id})<-[i:IN]-(n) WHERE i.name IS NOT NULL
RETURN id AS document, labels(n)[0] AS label, coalesce(n.id, n.key, n.code, n.number) AS key
