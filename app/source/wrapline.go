package source

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"chainglass/app/kind"
)

// lineContext is what stands around a line, or around an object that holds one, and
// says of the records in it.
type lineContext struct {
	// node is the host, pod or service that wrote the line, channel the channel of a
	// record; empty if they are not told.
	node, channel string
	// stream tells lines apart that may be in the middle of each other.
	stream string
	// wrapper names the program that put the line there; empty if there is none.
	wrapper string
	// when is the time of the line.
	when lineTime
	// partial is true if the line goes on in the next one of its stream.
	partial bool
}

// lineTime is a time that a line has in front.
type lineTime struct {
	ns    int64
	known bool
	// yearless is true if the line tells neither year nor zone, as syslog does not: ns
	// then is that of the year 2000, in UTC.
	yearless bool
}

// at returns the time in Unix nanoseconds. One without a year lies as near as can be
// to a time of the record, in Unix milliseconds.
func (t lineTime) at(recordMS uint64) (ns uint64, known bool) {
	if !t.known || t.ns < 0 {
		return 0, false
	}
	if !t.yearless {
		return uint64(t.ns), true
	}
	if recordMS == 0 || recordMS > kind.MaxTimeMS {
		return 0, false
	}
	of := time.UnixMilli(int64(recordMS)).UTC()
	base := time.Unix(0, t.ns).UTC()
	var best time.Time
	for year := of.Year() - 1; year <= of.Year()+1; year++ {
		at := time.Date(year, base.Month(), base.Day(), base.Hour(), base.Minute(), base.Second(), base.Nanosecond(), time.UTC)
		if best.IsZero() || at.Sub(of).Abs() < best.Sub(of).Abs() {
			best = at
		}
	}
	return uint64(best.UnixNano()), best.UnixNano() >= 0
}

// maxPrefixBytes is how much of a line is looked at for what a program put in front.
const maxPrefixBytes = 512

// linePrefix takes off what programs that collect logs put in front of a line:
//
//	node-1  | {..}                                       docker compose, with times or not
//	[pod/mesh-0/net-mesh] {..}                           kubectl logs --prefix
//	2026-05-22T16:00:00.123456789Z {..}                  kubectl and docker, --timestamps
//	2026-05-22T16:00:00.123456789Z stdout F {..}         a container runtime (CRI)
//	2026-05-22T16:00:00.123456+00:00 host net-mesh[1]: {..}   syslog, journalctl -o short-iso
//	May 22 16:00:00 host net-mesh[1]: {..}               syslog, journalctl
//	<14>1 2026-05-22T16:00:00Z host net-mesh 1 - - {..}  syslog (RFC 5424)
//
// It returns how long that is; 0 if nothing of this stands there.
func linePrefix(line []byte, ctx lineContext) (_ lineContext, n int) {
	head := line[:min(len(line), maxPrefixBytes)]
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	p := prefixParser{head: head, ctx: ctx}
	p.skipColour()
	switch c := p.peek(); {
	case c == '{' || c == '"' || c == '}' || c == ' ' || c == '\t' || c == ']' || c == ',' || c == 0:
		return ctx, 0
	case c == '[':
		p.pod()
	case c == '<':
		p.priority()
	}
	if !p.took {
		p.compose()
	}
	p.timed()
	if !p.took {
		return ctx, 0
	}
	p.skipColour()
	return p.ctx, p.at
}

// prefixParser takes one thing after the other off the beginning of a line.
type prefixParser struct {
	head []byte
	at   int
	ctx  lineContext
	took bool
}

func (p *prefixParser) rest() []byte { return p.head[p.at:] }

func (p *prefixParser) peek() byte {
	if p.at < len(p.head) {
		return p.head[p.at]
	}
	return 0
}

// skipColour skips escape sequences that colour what a terminal shows.
func (p *prefixParser) skipColour() {
	for bytes.HasPrefix(p.rest(), []byte("\x1b[")) {
		end := bytes.IndexByte(p.rest(), 'm')
		if end < 0 || end > 16 {
			return
		}
		p.at += end + 1
	}
}

func (p *prefixParser) took1(n int, wrapper string) {
	p.at, p.took = p.at+n, true
	if p.ctx.wrapper == "" || wrapper != wrapperTimes {
		p.ctx.wrapper = wrapper
	}
}

// The programs that wrap lines, as they are told.
const (
	wrapperCompose = "docker compose"
	wrapperKubectl = "kubectl"
	wrapperCRI     = "a container runtime (CRI)"
	wrapperTimes   = "a program that puts times in front of lines"
	wrapperSyslog  = "syslog"
	wrapperDocker  = "docker's json-file"
	wrapperJournal = "the journal (JSON)"
	wrapperJSON    = "a collector of logs (JSON)"
	wrapperChains  = "chainglass cat"
)

// pod takes "[pod/mesh-0/net-mesh] ".
func (p *prefixParser) pod() {
	end := bytes.IndexByte(p.rest(), ']')
	if end < 0 {
		return
	}
	parts := strings.Split(string(p.rest()[1:end]), "/")
	if len(parts) < 2 || parts[0] != "pod" || parts[1] == "" {
		return
	}
	p.ctx.node = parts[1]
	p.took1(end+1, wrapperKubectl)
	p.skipSpace()
}

// maxNodeNameBytes is the longest name that is taken for one of a node.
const maxNodeNameBytes = 128

// compose takes "node-1  | ".
func (p *prefixParser) compose() {
	rest := p.rest()
	end := 0
	for end < len(rest) && end < maxNodeNameBytes && isNameByte(rest[end]) {
		end++
	}
	name := string(rest[:end])
	for end < len(rest) && rest[end] == ' ' {
		end++
	}
	if name == "" || end == len(rest) || rest[end] != '|' || isNumber(name) {
		return
	}
	p.ctx.node = name
	p.took1(end+1, wrapperCompose)
	p.skipColour()
	if p.peek() == ' ' {
		p.at++
	}
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/' || c >= 0x80
}

func isNumber(name string) bool { return strings.Trim(name, "0123456789") == "" }

// priority takes "<14>" and, of RFC 5424, "1 ".
func (p *prefixParser) priority() {
	end := bytes.IndexByte(p.rest(), '>')
	if end < 2 || end > 4 || !isNumber(string(p.rest()[1:end])) {
		return
	}
	p.took1(end+1, wrapperSyslog)
	if rest := p.rest(); len(rest) > 1 && rest[0] >= '1' && rest[0] <= '9' && rest[1] == ' ' {
		p.at += 2
		if p.time() {
			p.structured()
		}
	}
}

// structured takes "host app pid msgid [id key="value"] " of RFC 5424.
func (p *prefixParser) structured() {
	host := p.word()
	for range 3 {
		p.word()
	}
	if host != "" && host != "-" {
		p.ctx.node = host
	}
	if p.peek() == '-' {
		p.at++
	}
	for p.peek() == '[' {
		end := bytes.Index(p.rest(), []byte(`"]`))
		if end < 0 {
			end = bytes.IndexByte(p.rest(), ']') - 1
		}
		if end < 0 {
			break
		}
		p.at += end + 2
	}
	p.skipSpace()
	if bytes.HasPrefix(p.rest(), []byte(utf8BOM)) {
		p.at += len(utf8BOM)
	}
}

// timed takes a time and what follows one in the logs of container runtimes and of
// syslog.
func (p *prefixParser) timed() {
	wrapped := p.ctx.wrapper
	if !p.time() {
		return
	}
	if wrapped == "" || wrapped == wrapperSyslog {
		p.stream()
		p.program()
	}
}

// time takes a time and the space behind it.
func (p *prefixParser) time() bool {
	rest := p.rest()
	n, when := timeAtStart(rest)
	if n == 0 {
		return false
	}
	p.ctx.when = when
	wrapper := wrapperTimes
	if when.yearless {
		wrapper = wrapperSyslog
	}
	p.took1(n, wrapper)
	p.skipSpace()
	return true
}

// timeAtStart reads a time that a line begins with, in RFC 3339, or as syslog writes
// it, or in Unix seconds with a fraction.
func timeAtStart(line []byte) (n int, t lineTime) {
	if len(line) < 15 {
		return 0, t
	}
	end := bytes.IndexByte(line, ' ')
	switch c := line[0]; {
	case c >= '0' && c <= '9':
		if end < 0 {
			end = len(line)
		}
		return timeWord(line[:end])
	case c >= 'A' && c <= 'S' && (end == 3):
		return syslogTime(line)
	}
	return 0, t
}

// timeWord reads a time that is one word.
func timeWord(word []byte) (n int, t lineTime) {
	if len(word) > 40 || len(word) < 15 {
		return 0, t
	}
	if len(word) > 10 && word[4] == '-' && word[7] == '-' {
		if when, ok := parseRFC3339(string(word)); ok {
			return len(word), when
		}
		return 0, t
	}
	if i := bytes.IndexByte(word, '.'); i == 10 { // Unix seconds, as journalctl -o short-unix
		if ns, ok := unixTime(string(word)); ok {
			return len(word), lineTime{ns: ns, known: true}
		}
	}
	return 0, t
}

// parseRFC3339 reads a time with a zone, with or without a colon in it.
func parseRFC3339(text string) (lineTime, bool) {
	when, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		when, err = time.Parse("2006-01-02T15:04:05.999999999Z0700", text)
	}
	if err != nil || when.Year() < 1970 || when.Year() > 2261 {
		return lineTime{}, false
	}
	return lineTime{ns: when.UnixNano(), known: true}, true
}

// syslogTime reads "May 22 16:00:00" or "May  2 16:00:00.123456".
func syslogTime(line []byte) (n int, t lineTime) {
	text := string(line[:min(len(line), 32)])
	end := 15
	for end < len(text) && (text[end] == '.' || text[end] >= '0' && text[end] <= '9') {
		end++
	}
	when, err := time.Parse("2006 Jan _2 15:04:05.999999999", "2000 "+text[:end])
	if err != nil {
		return 0, t
	}
	return end, lineTime{ns: when.UnixNano(), known: true, yearless: true}
}

// unixTime reads Unix seconds with a fraction.
func unixTime(text string) (ns int64, ok bool) {
	seconds, fraction, _ := strings.Cut(text, ".")
	s, err := strconv.ParseUint(seconds, 10, 63)
	if err != nil || s > kind.MaxTimeMS/1000 || len(fraction) > 9 {
		return 0, false
	}
	f, err := strconv.ParseUint((fraction + "000000000")[:9], 10, 63)
	if err != nil {
		return 0, false
	}
	return int64(s)*1e9 + int64(f), true
}

// stream takes "stdout F " of container runtimes.
func (p *prefixParser) stream() {
	for _, stream := range [...]string{"stdout", "stderr"} {
		rest, ok := bytes.CutPrefix(p.rest(), []byte(stream+" "))
		if !ok || len(rest) < 1 || rest[0] != 'F' && rest[0] != 'P' || len(rest) > 1 && rest[1] != ' ' && rest[1] != ':' {
			continue
		}
		p.ctx.partial = rest[0] == 'P'
		p.ctx.stream = stream
		p.took1(len(stream)+2, wrapperCRI)
		for c := p.peek(); c != ' ' && c != 0; c = p.peek() {
			p.at++ // further tags
		}
		if p.peek() == ' ' {
			p.at++
		}
		return
	}
}

// program takes "host net-mesh[1]: " of syslog.
func (p *prefixParser) program() {
	start := p.at
	host := p.word()
	tag := p.word()
	if host == "" || isLevelWord(host) || !strings.HasSuffix(tag, ":") || strings.HasSuffix(host, ":") || strings.ContainsAny(host, `{}[]"`) || !isProgramTag(tag) {
		p.at = start
		return
	}
	p.ctx.node = host
	p.ctx.wrapper = wrapperSyslog
}

// isLevelWord tells the level of a program's log line from a host.
func isLevelWord(word string) bool {
	switch strings.ToUpper(word) {
	case "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "FATAL":
		return true
	}
	return false
}

// isProgramTag takes "net-mesh[123]:" and "net-mesh:".
func isProgramTag(tag string) bool {
	name, pid, has := strings.Cut(strings.TrimSuffix(tag, ":"), "[")
	for i := 0; i < len(name); i++ {
		if !isNameByte(name[i]) {
			return false
		}
	}
	return name != "" && (!has || strings.HasSuffix(pid, "]") && isNumber(strings.TrimSuffix(pid, "]")))
}

// word takes the next word and the spaces behind it.
func (p *prefixParser) word() string {
	rest := p.rest()
	end := bytes.IndexByte(rest, ' ')
	if end < 0 {
		return ""
	}
	p.at += end
	p.skipSpace()
	return string(rest[:end])
}

func (p *prefixParser) skipSpace() {
	for p.peek() == ' ' {
		p.at++
	}
}
