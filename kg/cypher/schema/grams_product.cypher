// purpose: search of products by single signs and bigrams
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_product IF NOT EXISTS FOR (n:Product) ON EACH [n.grams]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
