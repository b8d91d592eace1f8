package view

import (
	"strings"

	"chainglass/app/engine"
)

// Loading is how far opening something has come, in words.
type Loading struct {
	// Share is between 0 and 1, or negative while the whole is not known.
	Share float64
	// Figures are sizes and speeds, most important first.
	Figures string
	// Current is what is being worked on.
	Current string
}

// LoadingOf describes progress.
func LoadingOf(p *engine.Progress) Loading {
	l := Loading{Share: -1, Current: VisibleText(p.Current)}
	figures := []string{p.Phase}
	if p.BytesTotal > 0 {
		l.Share = min(1, float64(p.BytesDone)/float64(p.BytesTotal))
		figures = append(figures, Bytes(p.BytesDone)+" of "+Bytes(p.BytesTotal), Percent(p.BytesDone, p.BytesTotal))
	} else if p.BytesDone > 0 {
		figures = append(figures, Bytes(p.BytesDone))
	}
	if p.Records > 0 {
		figures = append(figures, Plural(p.Records, "record", "records"))
	}
	figures = append(figures, speeds(p)...)
	if figures[0] == "" {
		figures = figures[1:]
	}
	l.Figures = strings.Join(figures, " · ")
	return l
}

// speeds returns the rates, once they mean something.
func speeds(p *engine.Progress) []string {
	const leastMS = 50
	if p.ElapsedMS < leastMS {
		return nil
	}
	seconds := float64(p.ElapsedMS) / 1000
	var rates []string
	if p.BytesDone > 0 {
		rates = append(rates, Bytes(int64(float64(p.BytesDone)/seconds))+"/s")
	}
	if p.Records > 0 {
		rates = append(rates, Rate(float64(p.Records)/seconds, "records"))
	}
	return rates
}

// Summary says what an operation did once it is over, for example
// "57,365 records, 3.6 MB in 0.2 s".
func Summary(p *engine.Progress) string {
	parts := []string{Plural(p.Records, "record", "records")}
	if p.BytesDone > 0 {
		parts = append(parts, Bytes(p.BytesDone))
	}
	text := strings.Join(parts, ", ") + " in " + Duration(uint64(max(0, p.ElapsedMS)))
	if rates := speeds(p); len(rates) > 0 {
		text += " (" + strings.Join(rates, ", ") + ")"
	}
	return text
}
