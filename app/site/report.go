//go:build !js

package site

import (
	"fmt"
	"html"
)

// ReportPage is a page of its own around a report, which is HTML made by package
// report: no scripts, and nothing it could fetch.
func ReportPage(title, report string) (string, error) {
	r := partReader{files: files()}
	style := r.styles("tokens.css", "base.css")
	if r.err != nil {
		return "", r.err
	}
	return fmt.Sprintf(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src %s; webrtc 'block'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>%s</style>
</head>
<body>
<main id="report">
%s
</main>
</body>
</html>
`, sourceHash(style), html.EscapeString(title), style, report), nil
}
