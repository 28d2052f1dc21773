// purpose: patents with the products that they are about and their present owners
// params: -
// returns: id, title, filed, fact, products, owners
// mode: read
MATCH (x:Patent)-[a:ABOUT]->(:Product)
WITH x, min(a.fact) AS fact
RETURN x.id AS id, x.title AS title, toString(coalesce(x.filed, x.granted)) AS filed, fact,
  [(x)-[:ABOUT]->(p:Product) | p.name] AS products,
  COLLECT { MATCH (x)<-[r:OWNS_PATENT]-(e:Enterprise) WHERE r.valid_to IS NULL AND e.retracted IS NULL
    RETURN DISTINCT e.id ORDER BY e.id } AS owners
ORDER BY id
