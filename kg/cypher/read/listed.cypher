// purpose: things that documents list by name, and the source that each document is an edition of
// params: ids
// returns: document, source, label, key
// mode: read
UNWIND $ids AS id
MATCH (d:Document {id: id})<-[i:IN]-(n) WHERE i.name IS NOT NULL
RETURN id AS document, coalesce(d.source, d.id) AS source, labels(n)[0] AS label, coalesce(n.id, n.key, n.code, n.number) AS key
