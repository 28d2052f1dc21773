// purpose: patents about products (by their keys), each with its owners, newest first
// params: keys, limit
// returns: id, title, kind, filed, firm, name, fact
// mode: read
UNWIND $keys AS key
MATCH (:Product {key: key})<-[:ABOUT]-(x:Patent)
WITH DISTINCT x
MATCH (x)<-[r:OWNS_PATENT]-(e:Enterprise) WHERE r.valid_to IS NULL AND e.retracted IS NULL
RETURN x.id AS id, x.title AS title, x.kind AS kind, toString(coalesce(x.filed, x.granted)) AS filed, e.id AS firm, e.name AS name,
  r.fact AS fact
ORDER BY filed DESC, x.id, e.id LIMIT $limit
