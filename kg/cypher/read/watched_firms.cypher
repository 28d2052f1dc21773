// purpose: what is watched of firms: their products, certificates, honours and contracts, each with its best fact
// params: ids
// returns: id, name, products, certificates, honours, contracts
// mode: read
UNWIND $ids AS id
MATCH (e:Enterprise {id: id}) WHERE e.retracted IS NULL
RETURN e.id AS id, e.name AS name,
  COLLECT { MATCH (e)-[r:PRODUCES]->(p:Product) WHERE r.valid_to IS NULL
    RETURN {key: p.key, name: p.name, fact: r.fact} ORDER BY p.key } AS products,
  COLLECT { MATCH (e)-[r:HOLDS_CERTIFICATE]->(c:Certificate)
    RETURN {key: c.id, number: r.number, name: c.name, valid_to: toString(r.valid_to), fact: r.fact}
    ORDER BY c.id, r.number } AS certificates,
  COLLECT { MATCH (e)-[r:HAS_HONOUR]->(h:Honour) WHERE h.tier <> 'other'
    RETURN {tier: h.tier, batch: h.batch, status: r.status, dated: r.dated, valid_from: toString(r.valid_from),
      valid_to: toString(r.valid_to), as_of: toString(r.as_of), level: r.level, fact: r.fact} ORDER BY h.id } AS honours,
  COLLECT { MATCH (e)-[r:WON_CONTRACT]->(c:Contract)
    RETURN {key: c.id, name: coalesce(c.project, c.title), day: toString(coalesce(c.signed, r.valid_from, r.as_of)), fact: r.fact}
    ORDER BY c.id } AS contracts
