package query

// HelpItem is one line of the help sheet.
type HelpItem struct {
	// Topic groups lines: "Terms", "Fields", "Values", "Times".
	Topic string
	// Example is a query that can be tried.
	Example string
	// Meaning says what it matches.
	Meaning string
}

// Help returns the help sheet: every form of the language with an example.
func Help() []HelpItem {
	items := []HelpItem{
		{"Terms", "timed out", "some text has timed, and some text has out"},
		{"Terms", `"timed out"`, "some text has the phrase"},
		{"Terms", "kind:pull_replica outcome:failed", "both"},
		{"Terms", "outcome:failed or outcome:gated", "either; or binds weaker than terms side by side"},
		{"Terms", "-kind:start_daemon", "everything else, also what is no record; not kind:... is the same"},
		{"Terms", "node:node-1 (kind:drain or kind:cordon)", "parentheses group"},
		{"Terms", "/pull .* after [0-9]{4,} ms/i", "a regexp (RE2); i: without regard to case"},
	}
	for c := range fields {
		items = append(items, HelpItem{"Fields", fields[c].example, fields[c].meaning})
	}
	return append(items, []HelpItem{
		{"Values", "kind:pull_replica,drop_replica", "one of several"},
		{"Values", "kind:*_daemon", "* is any run of characters"},
		{"Values", `kind:"a*b"`, "in quotes everything is literal; \\\" and \\\\ for the two that are not"},
		{"Values", "reason:/^gate/", "a regexp in one field"},
		{"Values", "id:42..99", "a range, both ends included; 42.. and ..99 are open"},
		{"Values", "id:0x2a", "numbers of 64 bits, decimal or hexadecimal"},
		{"Values", "retry:>500", "also >=, <, <="},
		{"Values", "cooldown:>=2m", "ms, s, m and h; milliseconds without a unit"},
		{"Values", "level:>=warn", "levels are ordered: trace, debug, info, warn, error"},
		{"Values", "retry:none", "an action that failed for good; any: with a retry hint"},
		{"Times", "time:16:08", "the whole minute, on the day that is shown, in the zone that is shown"},
		{"Times", "time:16:08..16:15", "from 16:08:00.000 up to, not including, 16:15:00.000"},
		{"Times", "time:>=2026-05-22T16:08:03.117Z", "from that millisecond on; +02:00 is a zone too"},
		{"Times", "time:<=16:15", "up to the end of that minute"},
		{"Times", "time:2026-05-22..24", "the right end takes from the left what it leaves out"},
	}...)
}
