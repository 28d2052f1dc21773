// purpose: search of needs and bounties
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_need IF NOT EXISTS FOR (n:Need|Bounty) ON EACH [n.grams]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
