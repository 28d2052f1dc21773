// purpose: who supplies whom with what: a product, or the title of the contract that says so
// params: -
// returns: supplier, supplier_name, buyer, buyer_name, what, fact
// mode: read
MATCH (a:Enterprise)-[r:SUPPLIES]->(b:Enterprise)
WHERE r.valid_to IS NULL AND a.retracted IS NULL AND b.retracted IS NULL
OPTIONAL MATCH (c:Contract {id: r.contract}) WHERE r.derived
RETURN a.id AS supplier, a.name AS supplier_name, b.id AS buyer, b.name AS buyer_name,
  coalesce(r.product, c.project, c.title, CASE WHEN r.derived THEN null ELSE r.contract END, '') AS what, r.fact AS fact
ORDER BY supplier, buyer, fact
