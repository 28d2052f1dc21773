// zh: 规划的产业集群含哪些产业链，各凭什么
// en: Which chains are in the clusters of plans, and why
// topic: chains
// words: 集群 规划 产业链 361 246 cluster plan
// param chain: text = 机器人 | 产业链名称里的字，空着是全部 | part of the chain's name; empty: all
// column chain: 产业链 | chain
// column cluster: 集群 | cluster
// column grade: 等级 | grade
// column plan: 规划 | plan
// column reason: 理由 | reason
// column policy: 出处 | policy
// column as_of: 起 | since
// column source: 来源 | source
// unknown: 没有归到集群的产业链不在内。 | Chains that are in no cluster are left out.
MATCH (c:Chain)-[i:IN_CLUSTER]->(k:Cluster)<-[:FOR_CLUSTER]-(p:Policy)
WHERE c.name CONTAINS $chain
RETURN c.name AS chain, k.name AS cluster, k.grade AS grade, k.plan AS plan, i.reason AS reason, p.name AS policy,
  k.valid_from AS as_of, i.source AS source
ORDER BY as_of, chain, cluster
