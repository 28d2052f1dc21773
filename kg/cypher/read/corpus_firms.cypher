// purpose: firms (of these ids; all where they are null) with all they may be ranked by, each statement with its best fact
// params: ids
// returns: id, name, aliases, credit_code, kind, size, founded, demo, products, regions, honours, patents, standards, contracts, certificates, metrics, processes, fields, nodes, industries, profile, depends, newest
// mode: read
MATCH (e:Enterprise) WHERE ($ids IS NULL OR e.id IN $ids) AND coalesce(e.kind, 'company') <> 'agency' AND e.retracted IS NULL
RETURN e.id AS id, e.name AS name, coalesce(e.aliases, []) + coalesce(e.former_names, []) AS aliases, e.credit_code AS credit_code, e.kind AS kind, e.size AS size,
  e.founded AS founded, coalesce(e.demo, false) AS demo,
  COLLECT { MATCH (e)-[r:PRODUCES]->(p:Product) WHERE r.valid_to IS NULL
    OPTIONAL MATCH (f:Fact {id: r.fact})
    RETURN {name: p.name, level: r.level, fact: r.fact, share: r.share,
      quote: f.document + '#' + toString(f.page) + ':' + f.start + '-' + f.end} ORDER BY p.key } AS products,
  COLLECT { MATCH (e)-[r:LOCATED_IN]->(g:Region) WHERE r.valid_to IS NULL
    RETURN {value: g.code, fact: r.fact} ORDER BY g.code } AS regions,
  COLLECT { MATCH (e)-[r:HAS_HONOUR]->(h:Honour)
    RETURN {tier: h.tier, name: h.name, batch: h.batch, status: r.status, dated: r.dated, valid_from: r.valid_from,
      valid_to: r.valid_to, as_of: r.as_of, fact: r.fact}
    ORDER BY h.id } AS honours,
  COLLECT { MATCH (e)-[r:OWNS_PATENT]->(p:Patent) WHERE r.valid_to IS NULL
    RETURN {value: p.title, kind: p.kind, fact: r.fact} ORDER BY p.id } AS patents,
  COLLECT { MATCH (e)-[r:DRAFTED_STANDARD]->(s:Standard)
    RETURN {value: s.number, fact: r.fact} ORDER BY s.number } AS standards,
  COLLECT { MATCH (e)-[r:WON_CONTRACT]->(c:Contract)
    OPTIONAL MATCH (c)-[:LET_BY]->(b:Enterprise)
    WITH r, c, min(b.name) AS buyer
    RETURN {value: coalesce(c.project, c.title), fact: r.fact, buyer: buyer,
      day: toString(coalesce(c.signed, r.valid_from, r.as_of)), amount: coalesce(r.amount_max, r.amount_min),
      currency: r.currency} ORDER BY c.id } AS contracts,
  COLLECT { MATCH (e)-[r:HOLDS_CERTIFICATE]->(c:Certificate)
    RETURN {value: c.name, valid_to: r.valid_to, fact: r.fact} ORDER BY c.id, r.number } AS certificates,
  COLLECT { MATCH (e)-[r:REPORTS_METRIC]->(m:Metric) WHERE r.scope IS NULL
    RETURN {metric: m.id, value: r.value, period: r.period, fact: r.fact, level: r.level} ORDER BY m.id, r.period } AS metrics,
  COLLECT { MATCH (e)-[r:CAPABLE_OF]->(p:Process) RETURN {value: p.name, fact: r.fact} ORDER BY p.key } AS processes,
  COLLECT { MATCH (e)-[:PRODUCES|OWNS_PATENT]->()-[r:IN_FOUNDATION_FIELD]->(f:FoundationField)
    WITH f.name AS value, min(r.fact) AS fact ORDER BY value RETURN {value: value, fact: fact} } AS fields,
  COLLECT { MATCH (e)-[r:PRODUCES]->(:Product)-[:AT]->(n:ChainNode)
    WITH n.name AS value, min(r.fact) AS fact ORDER BY value RETURN {value: value, fact: fact} } AS nodes,
  COLLECT { MATCH (e)-[:IN_INDUSTRY]->(i:Industry) RETURN i.name ORDER BY i.id } AS industries,
  COLLECT { MATCH (e)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'PROFILE'}) WHERE f.state = 'active'
    RETURN {fact: f.id, values: f.values, valid_from: toString(f.valid_from), valid_to: toString(f.valid_to)}
    ORDER BY f.id } AS profile,
  COLLECT { MATCH (e)-[r:DEPENDS_ON]->(p:Product)
    RETURN {name: p.name, imported: r.imported, single_source: r.single_source, fact: r.fact} ORDER BY p.key } AS depends,
  COLLECT { MATCH (e)-[r]->() WHERE r.as_of IS NOT NULL AND r.fact IS NOT NULL AND r.level <> 'declared'
    RETURN {value: toString(r.as_of), fact: r.fact} ORDER BY toString(r.as_of) DESC, r.fact LIMIT 1 } AS newest
ORDER BY e.id
