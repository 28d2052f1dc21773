// purpose: what a line of results says of products: how many makers, and some of them
// params: keys
// returns: key, name, makers, some
// mode: read
MATCH (p:Product) WHERE p.key IN $keys
RETURN p.key AS key, p.name AS name, COUNT { (p)<-[:PRODUCES]-() } AS makers,
  COLLECT { MATCH (p)<-[:PRODUCES]-(e:Enterprise) RETURN e {.id, .name} ORDER BY e.name LIMIT 3 } AS some
