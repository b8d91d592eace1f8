package redact

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// secret is something that may not leave: ids of records, names, and what texts say.
type secret struct {
	// ids are planted in the fields of ids, names in those of names.
	ids   []uint64
	names []string
	// texts are planted in all texts.
	texts []string
	// needles may not be in the result, whatever it is decoded to, nor may numbers
	// in any encoding.
	needles []string
	numbers []uint64
}

// letters draws a word that is on no list.
func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "bcdfghjklmnpqrstvwxz"[r.IntN(20)]
	}
	return string(b)
}

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('1' + r.IntN(9))
	}
	return string(b)
}

// grouped writes a number with a separator between groups of three digits.
func grouped(v uint64, separator string) string {
	s := strconv.FormatUint(v, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + separator + s[i:]
	}
	return s
}

func largeNumber(r *rand.Rand) uint64 { return r.Uint64() | 1<<62 }

// ofNumber makes a secret of a number and the ways to write it.
func ofNumber(v uint64, write ...string) secret {
	return secret{ids: []uint64{v}, numbers: []uint64{v}, texts: write}
}

func ofText(text string, needles ...string) secret {
	return secret{texts: []string{text}, needles: append(needles, text)}
}

// fullWidth writes digits as wide ones.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

// between puts something between all letters.
func between(s, what string) string { return strings.Join(strings.Split(s, ""), what) }

// secretKinds draw secrets.
var secretKinds = map[string]func(r *rand.Rand) secret{
	"id in decimal":     func(r *rand.Rand) secret { v := largeNumber(r); return ofNumber(v, fmt.Sprint(v)) },
	"id in hexadecimal": func(r *rand.Rand) secret { v := largeNumber(r); return ofNumber(v, fmt.Sprintf("%x 0x%x", v, v)) },
	"id in capitals": func(r *rand.Rand) secret {
		v := largeNumber(r)
		return ofNumber(v, fmt.Sprintf("%X 0X%X 0x%X", v, v, v))
	},
	"id padded with zeros": func(r *rand.Rand) secret {
		v := r.Uint64N(1<<40) | 1<<39
		return ofNumber(v, fmt.Sprintf("%016x 0x%016X %020d", v, v, v))
	},
	"small id": func(r *rand.Rand) secret {
		v := 100_000 + r.Uint64N(1<<31)
		return secret{ids: []uint64{v}, texts: []string{fmt.Sprintf("%d 0x%x 0x%08X", v, v, v)}, needles: []string{fmt.Sprint(v), fmt.Sprintf("0x%x", v), fmt.Sprintf("%08x", v)}}
	},
	"id as a measure": func(r *rand.Rand) secret {
		v := 100_000 + r.Uint64N(900_000)
		return secret{ids: []uint64{v}, texts: []string{fmt.Sprintf("took %d ms", v), fmt.Sprintf("wrote %s bytes", grouped(v, ","))}, needles: []string{fmt.Sprint(v), grouped(v, ",")}}
	},
	"id in place of a measure": func(r *rand.Rand) secret {
		v := 100_000 + r.Uint64N(900_000)
		other := v + 1 + r.Uint64N(1000)
		return secret{ids: []uint64{v}, texts: []string{fmt.Sprintf("held %d ms", v), fmt.Sprintf("held %d ms", other)}, needles: []string{fmt.Sprint(v)}}
	},
	"id with separators": func(r *rand.Rand) secret {
		v := largeNumber(r)
		var all []string
		for _, s := range []string{",", ".", " ", "'", "_", "\u00a0"} {
			all = append(all, "lost "+grouped(v, s)+" here")
		}
		return ofNumber(v, all...)
	},
	"id of texts alone": func(r *rand.Rand) secret {
		v := largeNumber(r)
		return secret{numbers: []uint64{v}, texts: []string{fmt.Sprintf("%d", v), fmt.Sprintf("0x%x", v), grouped(v, ",")}}
	},
	"id in base64": func(r *rand.Rand) secret {
		v := largeNumber(r)
		s := ofNumber(v)
		for _, b := range [][]byte{binary.LittleEndian.AppendUint64(nil, v), binary.BigEndian.AppendUint64(nil, v), binary.AppendUvarint(nil, v), []byte(fmt.Sprint(v))} {
			for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
				s.texts, s.needles = append(s.texts, "key "+e.EncodeToString(b)), append(s.needles, e.EncodeToString(b))
			}
		}
		return s
	},
	"id in bytes": func(r *rand.Rand) secret {
		v := largeNumber(r)
		return ofNumber(v, fmt.Sprintf("% x", binary.LittleEndian.AppendUint64(nil, v)), fmt.Sprintf("% x", binary.BigEndian.AppendUint64(nil, v)), fmt.Sprintf("%x", binary.LittleEndian.AppendUint64(nil, v)))
	},
	"id in the name of a node": func(r *rand.Rand) secret {
		v := largeNumber(r)
		name := fmt.Sprintf("node-%x", v)
		return secret{ids: []uint64{v}, numbers: []uint64{v}, names: []string{name}, texts: []string{"lost " + name, "gone: NODE-" + fmt.Sprintf("%X", v)}, needles: []string{name}}
	},
	"names that begin alike": func(r *rand.Rand) secret {
		a := letters(r, 6)
		all := []string{a, a + letters(r, 3), a + "-7", a + "-71", a + "." + letters(r, 4)}
		return secret{names: all, texts: []string{strings.Join(all, " and "), strings.Join(all, "/"), all[1] + "s"}, needles: all}
	},
	"names that are words": func(r *rand.Rand) secret {
		name := []string{"Mark", "Frost", "hope", "Will Power"}[0]
		return secret{names: []string{name}, texts: []string{name + " restarted it", "by " + strings.ToLower(name), "re: " + strings.ToUpper(name) + "!"}, needles: []string{name}}
	},
	"IPv4": func(r *rand.Rand) secret {
		a := fmt.Sprintf("10.%d.%d.%d", 100+r.IntN(150), 100+r.IntN(150), 100+r.IntN(150))
		return ofText("connect to "+a+":5432 failed", a)
	},
	"IPv6": func(r *rand.Rand) secret {
		a := fmt.Sprintf("fe80::1ff:%x:%x:%x", 0x1000+r.IntN(0xefff), 0x1000+r.IntN(0xefff), 0x1000+r.IntN(0xefff))
		return ofText("peer ["+a+"]:80 is down", a)
	},
	"mail address": func(r *rand.Rand) secret {
		a := "mark.frost@" + letters(r, 6) + ".example.com"
		return ofText("mail to "+a+", retry", a, "mark.frost", "frost@")
	},
	"UUID": func(r *rand.Rand) secret {
		b := make([]byte, 16)
		binary.LittleEndian.PutUint64(b, r.Uint64())
		binary.LittleEndian.PutUint64(b[8:], r.Uint64())
		h := hex.EncodeToString(b)
		u := h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
		return ofText("request "+u+" failed", u, h[:8], h[20:])
	},
	"path": func(r *rand.Rand) secret {
		p := "/home/mark/keys/" + letters(r, 7) + "/master.key"
		return ofText("open "+p+": not found", p, "home/mark", "master.key")
	},
	"path of ordinary words": func(*rand.Rand) secret {
		return ofText(`open C:\home\mark\private or /mark/private/key`, `home\mark`, "mark/private")
	},
	"host name": func(r *rand.Rand) secret {
		h := "db-7." + letters(r, 5) + ".internal.example"
		return ofText("dial "+h+" timed out", h, "internal.example")
	},
	"token": func(r *rand.Rand) secret {
		part := func(n int) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			return base64.RawURLEncoding.EncodeToString(b)
		}
		jwt := "eyJhbGciOiJIUzI1NiJ9." + part(24) + "." + part(32)
		aws := "AKIA" + strings.ToUpper(letters(r, 16))
		key := fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
		return secret{texts: []string{"bearer " + jwt, "key=" + aws, "secret: " + key}, needles: []string{jwt, aws, key, jwt[:24]}}
	},
	"percent-encoded": func(r *rand.Rand) secret {
		name := letters(r, 8)
		var b strings.Builder
		for _, c := range []byte(name) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
		return secret{names: []string{name}, texts: []string{"get /" + b.String(), "q=" + url.QueryEscape(name+" & mark")}, needles: []string{name, b.String(), "26+mark"}}
	},
	"escaped in JSON": func(r *rand.Rand) secret {
		name := letters(r, 8)
		var b strings.Builder
		for _, c := range []byte(name) {
			fmt.Fprintf(&b, `\u%04x`, c)
		}
		return secret{names: []string{name}, texts: []string{`{"user":"` + b.String() + `"}`, `{\"user\":\"` + name + `\"}`}, needles: []string{name, b.String()}}
	},
	"split over fields": func(r *rand.Rand) secret {
		a, b := letters(r, 7), digits(r, 12)
		return secret{texts: []string{"user " + a[:4], a[4:] + " refused", "account " + b[:6], b[6:] + " refused"}, needles: []string{a[:4], b[:6], b[6:]}}
	},
	"Unicode": func(r *rand.Rand) secret {
		name, number := letters(r, 7), digits(r, 10)
		composed, decomposed := name+"é", name+"e\u0301"
		return secret{
			names:   []string{name, composed},
			texts:   []string{"lost " + composed, "lost " + decomposed, "account " + fullWidth(number), between(name, "\u200b"), between("mark", "\u00ad"), between(number, "\u2060"), strings.ToUpper(composed)},
			needles: []string{name, composed, decomposed, number, fullWidth(number), "mark"},
		}
	},
}

// everywhere plants a secret in every place that a record, a snapshot, a note, a
// name, a finding or a text can hold.
func everywhere(s *secret) func(w *export.Writer) error {
	return func(w *export.Writer) error {
		name := func(i int) string {
			if len(s.names) == 0 {
				return "east"
			}
			return s.names[i%len(s.names)]
		}
		id := uint64(77)
		if len(s.ids) > 0 {
			id = s.ids[0]
		}
		texts := append([]string{"pull timed out after 500 ms", "tick"}, s.texts...)
		var actions, logs, audits, failures [][]byte
		state := snapshot.MeshOsSnapshot{RuntimeEpochID: id, Daemons: map[uint64]snapshot.DaemonSnapshot{}, Peers: map[uint64]snapshot.PeerSnapshot{}, AvoidList: map[uint64]snapshot.AvoidEntrySnapshot{}}
		for i, text := range texts {
			actions = append(actions, failed(uint64(i), text), wire.EncodeRecord(&wire.ActionChainRecord{ID: uint64(i), Kind: text, EmittedAtMS: 1_779_465_600_000, Disposition: wire.Gated{Reason: "gated (" + text + ") for 500 ms"}}))
			logs = append(logs, logged(id, id, text))
			r := snapshot.AdminAuditRecord{
				Event:       snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: id, Name: name(i)}},
				OperatorIDs: []uint64{id}, Outcome: snapshot.VerificationOutcome{Kind: snapshot.OutcomeRejected, RejectionKind: text, Message: text},
			}
			audits = append(audits, r.AppendPostcard(nil))
			f := snapshot.FailureRecord{Source: "daemon:" + text, Reason: text, RecordedAtMS: 1_779_465_600_000}
			failures = append(failures, f.AppendPostcard(nil))
			state.AvoidList[id+uint64(i)] = snapshot.AvoidEntrySnapshot{Reason: text}
			state.Peers[id+uint64(i)] = snapshot.PeerSnapshot{CapabilitySet: []string{text}, SoftwareVersion: postcard.Some(text)}
		}
		state.Daemons[id] = snapshot.DaemonSnapshot{Name: name(0), Placement: id}
		raw := append([]byte{1, 2, 99}, binary.LittleEndian.AppendUint64(binary.BigEndian.AppendUint64(binary.AppendUvarint(nil, id), id), id)...)
		actions, logs = append(actions, append(raw, strings.Join(texts, " ")...)), append(logs, append(raw, name(0)...))
		info := func(i int, channel string, kind wire.ChainKind) export.ChainInfo {
			return export.ChainInfo{Node: name(i), Channel: channel, Kind: kind, Origin: "/srv/" + name(i) + "/" + texts[len(texts)-1] + "/v0000000003"}
		}
		return errors.Join(
			addChain(w, info(0, "meshos/actions", wire.ChainAction), actions...),
			addChain(w, info(1, "x/"+name(1), wire.ChainLog), logs...),
			addChain(w, info(2, "admin-audit", wire.ChainAudit), audits...),
			addChain(w, info(3, "failures", wire.ChainFailure), failures...),
			addChain(w, info(4, "unknown "+name(0), wire.ChainUnknown), raw),
			w.AddBase(export.Base{Node: name(0), Snapshot: state.AppendPostcard(nil)}),
			w.AddNote(export.Note{ID: texts[len(texts)-1], Author: name(0), Text: strings.Join(texts, "\n"), CreatedAtMS: 1_779_465_600_000}),
			w.AddFinding(plantedFinding(strings.Join(texts, "; "))),
		)
	}
}

// notSpoken is what stands between characters that belong together.
var notSpoken = regexp.MustCompile("[\u00ad\u200b\u200c\u200d\u2060?]")

// decodings returns what a reader could make of bytes.
func decodings(b []byte) map[string]string {
	text := strings.ToLower(string(b))
	unescaped := regexp.MustCompile(`\\u00[0-9a-f]{2}`).ReplaceAllStringFunc(text, func(s string) string {
		v, _ := strconv.ParseUint(s[4:], 16, 8)
		return string(rune(v))
	})
	percent := regexp.MustCompile(`%[0-9a-f]{2}`).ReplaceAllStringFunc(text, func(s string) string {
		v, _ := strconv.ParseUint(s[1:], 16, 8)
		return string(rune(v))
	})
	narrow := strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, text)
	return map[string]string{
		"raw": string(b), "lower case": text, "unescaped": unescaped, "percent-decoded": percent, "narrow": narrow,
		"without what cannot be seen": notSpoken.ReplaceAllString(text, ""),
		"without separators":          regexp.MustCompile(`(\d)[,._' \x{a0}\x{202f}](\d)`).ReplaceAllString(regexp.MustCompile(`(\d)[,._' \x{a0}\x{202f}](\d)`).ReplaceAllString(text, "$1$2"), "$1$2"),
	}
}

// leak returns what of a secret is in b, empty if nothing is.
func (s *secret) leak(b []byte) string {
	near := func(text string, at, n int) string { return text[max(0, at-30):min(len(text), at+n+20)] }
	needles := append([]string(nil), s.needles...)
	for _, v := range s.numbers {
		for how, form := range formsOf(v) {
			if at := bytes.Index(b, form); at >= 0 {
				return fmt.Sprintf("the number is there in %s: %q", how, near(string(b), at, len(form)))
			}
		}
		needles = append(needles, fmt.Sprint(v), fmt.Sprintf("%x", v))
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			needles = append(needles, e.EncodeToString(binary.LittleEndian.AppendUint64(nil, v)), e.EncodeToString(binary.BigEndian.AppendUint64(nil, v)))
		}
	}
	for how, text := range decodings(b) {
		for _, needle := range needles {
			for _, form := range []string{needle, strings.ToLower(needle)} {
				if at := strings.Index(text, form); at >= 0 {
					return fmt.Sprintf("%s: %q is there: %q", how, needle, near(text, at, len(form)))
				}
			}
		}
	}
	return ""
}

// templatesOf counts the texts of records by their template, in the order in which
// the templates are met.
func templatesOf(t *testing.T, b []byte) []int {
	var counts []int
	known := map[string]int{}
	for i, c := range parsed(t, b).Chains() {
		for _, e := range entriesOf(t, b, i) {
			if c.Kind == wire.ChainUnknown || c.Kind == wire.ChainAudit || failureOf(reference(c.Kind), e.Payload) != "" {
				continue
			}
			name := string(appendTemplate(nil, textOf(c.Kind, e.Payload)))
			k, again := known[name]
			if !again {
				k = len(counts)
				known[name], counts = k, append(counts, 0)
			}
			counts[k]++
		}
	}
	return counts
}

// Whatever is planted wherever there is room for it is in no byte of the result, in
// any mode, while counts, order, findings and states stay.
func TestPlantedSecrets(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 1
	}
	for kind, draw := range secretKinds {
		t.Run(kind, func(t *testing.T) {
			for seed := range rounds {
				r := rand.New(rand.NewPCG(uint64(seed), 9))
				s := draw(r)
				b := write(t, everywhere(&s))
				if s.leak(b) == "" {
					t.Fatal("it is not even in the original")
				}
				for mode, o := range map[string]Options{"template": {}, "drop": {Texts: TextDrop}, "shifted": {ShiftTimes: true}} {
					o.Random = chance(byte(seed + 1))
					out, summary := rewritten(t, b, o)
					if leak := s.leak(out); leak != "" {
						t.Fatalf("seed %d, %s: %s", seed, mode, leak)
					}
					if seed == 0 {
						s.keeps(t, mode, b, out, &summary)
					}
				}
			}
		})
	}
}

// keeps fails the test if something else is concluded from the result than from the
// source.
func (s *secret) keeps(t *testing.T, mode string, b, out []byte, summary *Summary) {
	t.Helper()
	was, is := parsed(t, b), parsed(t, out)
	if summary.Entries != was.Summary().Entries || len(was.Chains()) != len(is.Chains()) || len(is.Notes()) != 1 || len(is.Findings()) != 1 {
		t.Errorf("%s: %+v", mode, summary)
	}
	for i := range was.Chains() {
		a, z := entriesOf(t, b, i), entriesOf(t, out, i)
		for k := range a {
			if a[k].Seq != z[k].Seq || a[k].Status != z[k].Status {
				t.Fatalf("%s: chain %d, position %d: %v, %v", mode, i, k, a[k].Seq, z[k].Seq)
			}
		}
	}
	if diff := cmp.Diff(foldedSizes(t, b), foldedSizes(t, out)); diff != "" {
		t.Errorf("%s: states: -original +redacted:\n%s", mode, diff)
	}
	if mode == "drop" {
		return
	}
	if diff := cmp.Diff(templatesOf(t, b), templatesOf(t, out)); diff != "" {
		t.Errorf("%s: templates: -original +redacted:\n%s", mode, diff)
	}
	if diff := cmp.Diff(foundIn(t, b), foundIn(t, out)); diff != "" {
		t.Errorf("%s: findings: -original +redacted:\n%s", mode, diff)
	}
}

// foldedSizes are how large the parts of the states are that all chains fold to.
func foldedSizes(t *testing.T, b []byte) [][]int {
	t.Helper()
	e, o := opened(t, b)
	var all [][]int
	for _, c := range o.Chains {
		if c.Entries == 0 {
			continue
		}
		st, err := e.State(context.Background(), c.ID, c.Entries-1)
		if err != nil {
			t.Fatal(err)
		}
		s := &st.Snapshot
		all = append(all, []int{len(s.Daemons), len(s.Peers), len(s.AvoidList), len(s.RecentlyEmitted), len(s.RecentFailures), len(s.AdminAudit), len(s.LogRing)})
	}
	return all
}
