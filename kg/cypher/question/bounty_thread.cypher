// zh: 一个榜单从缺口到验收的整条线：环节此前的状态、发榜、揭榜方、验收、环节现在的状态
// en: The whole thread of bounties: the state of the node before, bounty, award, acceptance, and the state of the node now
// topic: needs
// words: 揭榜 验收 缺口 闭环 成效 thread acceptance
// param title: text =  | 标题里的字，空着是全部 | part of the title; empty: all
// column node: 环节 | node
// column place: 地区 | region
// column gap: 缺口 | gap
// column before: 此前的数据日 | data before
// column firms_before: 此前当地企业数 | local firms before
// column bounty: 榜单 | bounty
// column as_of: 发布日期 | published
// column awarded: 揭榜日期 | awarded
// column solvers: 揭榜方 | who solves it
// column accepted: 验收日期 | accepted
// column state: 状态 | state
// column after: 最近的数据日 | latest data
// column state_after: 最近的缺口 | latest gap
// column firms_after: 最近的当地企业数 | local firms at the latest
// column firms_now: 现在的当地企业数 | local firms now
// column source: 组织单位 | organiser
// unknown: 不是从缺口来的榜单，缺口各列空着。 | Bounties that come from no gap have none in these columns.
MATCH (b:Bounty) WHERE b.title CONTAINS $title
OPTIONAL MATCH (b)-[:FROM_GAP]->(g:Gap)-[:AT_NODE]->(n:ChainNode)
OPTIONAL MATCH (g)-[:IN_REGION]->(place:Region)
RETURN n.name AS node, place.name AS place, g.kind AS gap, g.as_of AS before, g.firms_local AS firms_before,
  b.title AS bounty, b.published AS as_of, b.awarded AS awarded,
  [(b)-[a:AWARDED_TO]->(e) | e.name + '（' + a.status + '）'] AS solvers, b.accepted AS accepted, b.state AS state,
  g.later AS after, CASE g.later_kinds WHEN '' THEN '无缺口' ELSE g.later_kinds END AS state_after,
  g.later_local AS firms_after,
  COUNT { MATCH (n)<-[:AT]-(:Product)<-[r:PRODUCES]-(e:Enterprise)
    WHERE r.valid_to IS NULL AND (place IS NULL OR EXISTS { (e)-[:LOCATED_IN]->(l:Region)
      WHERE l.code STARTS WITH coalesce(
        CASE WHEN place.code ENDS WITH '0000' THEN left(place.code, 2) WHEN place.code ENDS WITH '00' THEN left(place.code, 4) END,
        place.code) }) RETURN DISTINCT e } AS firms_now, b.organiser AS source
ORDER BY as_of DESC, bounty
