// zh: 各榜单的榜额、截止日期和状态
// en: Bounties with prize, deadline and state
// topic: needs
// words: 揭榜挂帅 榜单 榜额 奖金 截止 bounty prize
// param title: text =  | 标题里的字，空着是全部 | part of the title; empty: all
// column b: 榜单 | bounty
// column amount: 榜额（元） | prize (CNY)
// column state: 状态 | state
// column deadline: 揭榜截止 | deadline
// column targets: 指标数 | targets
// column as_of: 发布日期 | published
// column source: 组织单位 | organiser
// unknown: 没有写明榜额的空着，不是零。 | A prize that is not stated stays empty; it is not zero.
MATCH (b:Bounty) WHERE b.title CONTAINS $title
RETURN b, b.amount AS amount, b.state AS state, b.deadline AS deadline, COUNT { (b)-[:HAS_TARGET]->() } AS targets,
  b.published AS as_of, b.organiser AS source
ORDER BY as_of DESC, b.title
