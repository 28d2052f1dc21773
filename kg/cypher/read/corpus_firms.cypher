// purpose: every firm with all that it may be ranked by, each statement with its best fact
// params:
// returns: id, name, aliases, former_names, credit_code, kind, size, founded, demo, products, regions, honours, patents, contracts, certificates, metrics, processes, parameters, industries
// mode: read
MATCH (e:Enterprise) WHERE coalesce(e.kind, 'company') <> 'agency'
RETURN e.id AS id, e.name AS name, e.aliases AS aliases, e.former_names AS former_names, e.credit_code AS credit_code,
  e.kind AS kind, e.size AS size, e.founded AS founded, coalesce(e.demo, false) AS demo,
  COLLECT { MATCH (e)-[r:PRODUCES]->(p:Product) WHERE r.valid_to IS NULL
    RETURN {name: p.name, level: r.level, fact: r.fact, as_of: r.as_of, share: r.share, revenue: r.revenue} ORDER BY p.key } AS products,
  COLLECT { MATCH (e)-[r:LOCATED_IN]->(g:Region) WHERE r.valid_to IS NULL
    RETURN {code: g.code, name: g.name, fact: r.fact, address: r.address} ORDER BY g.code } AS regions,
  COLLECT { MATCH (e)-[r:HAS_HONOUR]->(h:Honour)
    RETURN {tier: h.tier, batch: h.batch, name: h.name, status: r.status, valid_from: r.valid_from, valid_to: r.valid_to,
      level: r.level, fact: r.fact, as_of: r.as_of} ORDER BY h.id } AS honours,
  COLLECT { MATCH (e)-[r:OWNS_PATENT]->(p:Patent) WHERE r.valid_to IS NULL
    RETURN {id: p.id, number: p.number, title: p.title, kind: p.kind, ipc: p.ipc, filed: p.filed, granted: p.granted,
      fact: r.fact} ORDER BY p.id } AS patents,
  COLLECT { MATCH (e)-[r:WON_CONTRACT]->(c:Contract)
    RETURN {title: coalesce(c.project, c.title), signed: c.signed, amount: r.amount_max, currency: r.currency, role: r.role,
      buyers: COLLECT { MATCH (c)-[:LET_BY]->(b:Enterprise) RETURN b.name ORDER BY b.name }, fact: r.fact, as_of: r.as_of}
    ORDER BY c.id } AS contracts,
  COLLECT { MATCH (e)-[r:HOLDS_CERTIFICATE]->(c:Certificate)
    RETURN {name: c.name, number: r.number, valid_to: r.valid_to, fact: r.fact} ORDER BY c.id, r.number } AS certificates,
  COLLECT { MATCH (e)-[r:REPORTS_METRIC]->(m:Metric) WHERE r.scope IS NULL
    RETURN {metric: m.id, value: r.value, unit: r.unit, period: r.period, fact: r.fact} ORDER BY m.id, r.period } AS metrics,
  COLLECT { MATCH (e)-[r:CAPABLE_OF]->(p:Process)
    RETURN {name: p.name, equipment: r.equipment, capacity: r.capacity, unit: r.unit, fact: r.fact} ORDER BY p.key } AS processes,
  COLLECT { MATCH (e)-[r:HAS_PARAMETER]->(p:Product)
    RETURN {product: p.name, name: r.name, operator: r.operator, value: r.value, value_max: r.value_max, unit: r.unit,
      fact: r.fact} ORDER BY p.key, r.name } AS parameters,
  COLLECT { MATCH (e)-[:IN_INDUSTRY]->(i:Industry) RETURN i.name ORDER BY i.id } AS industries
ORDER BY e.id
