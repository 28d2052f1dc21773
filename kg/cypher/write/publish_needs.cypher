// purpose: show needs as they are now: their nodes, and the products that each asks for
// params: rows
// returns: needs
// mode: write
UNWIND $rows AS row
MERGE (n:Need {id: row.id})
SET n.title = row.title, n.grams = row.grams, n.state = row.state, n.published = date(row.published), n.deadline = date(row.deadline)
WITH n, row
CALL (n, row) {
  MATCH (n)-[old:ASKS_FOR]->(p:Product) WHERE NOT p.key IN [product IN row.products | product.key]
  DELETE old
  WITH DISTINCT p WHERE NOT EXISTS { (p)--() }
  DELETE p
}
CALL (n, row) {
  UNWIND row.products AS product
  MERGE (p:Product {key: product.key})
  ON CREATE SET p.name = product.name, p.grams = product.grams, p.pinyin = product.pinyin
  MERGE (n)-[:ASKS_FOR]->(p)
}
RETURN count(n) AS needs
