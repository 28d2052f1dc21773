// purpose: parameters that some firms state for their products
// params: ids
// returns: id, figure
// mode: read
MATCH (e:Enterprise)-[r:HAS_PARAMETER]->(p:Product) WHERE e.id IN $ids AND r.valid_to IS NULL
RETURN e.id AS id,
  r {.name, .operator, .value, .value_max, .unit, .condition, .fact, product: p.name} AS figure
ORDER BY id, figure.name, figure.product, figure.fact
