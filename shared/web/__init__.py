"""What every page and every API shares: texts, languages, refusals as problem documents, sign-in, headers, layout."""
