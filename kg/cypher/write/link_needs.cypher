// purpose: what each shown need or bounty asks for, who posted it where that firm is known, and the gap that it is from
// params: rows
// returns: needs
// mode: write
UNWIND $rows AS row
MATCH (n:Need|Bounty {id: row.id})
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
CALL (n, row) {
  OPTIONAL MATCH (n)<-[old:POSTED]-()
  DELETE old
  WITH DISTINCT n, row
  MATCH (:Record {name_key: row.buyer})-[:IDENTIFIES]->(e:Enterprise)
  WITH n, collect(DISTINCT e) AS buyers WHERE size(buyers) = 1
  UNWIND buyers AS e
  MERGE (e)-[:POSTED]->(n)
}
CALL (n, row) {
  MATCH (g:Gap {id: row.gap})
  MERGE (n)-[:FROM_GAP]->(g)
}
RETURN count(n) AS needs
