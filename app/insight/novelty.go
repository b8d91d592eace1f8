package insight

import (
	"maps"
	"math"
	"slices"

	"chainglass/wire/message"
)

// A text occurs for the first time if it comes late and that is no chance: had
// its occurrences been spread over the chain evenly, the odds would be small that
// all of them lie behind the first, or that all of them lie as close together as
// they do. Occurrences that follow each other at once count as one, because one
// trouble is often told several times. What comes within the chain's first
// minute, or its first tenth, is not new, and a short chain is not asked.
const (
	firstOdds     = 0.0001
	firstApartNS  = 10 * nanosPerSec
	firstAfterNS  = 60 * nanosPerSec
	firstAfter    = 0.1
	firstMinSpan  = 5 * 60 * nanosPerSec
	firstMinRows  = 200
	maxFirstLists = 24
)

// maxTemplates bounds the texts followed of one chain.
const maxTemplates = 1 << 12

// textUse is what is known of one text on one chain.
type textUse struct {
	template        string
	count           int
	apart           int // occurrences, those close to each other counted once
	first           int
	firstNS, lastNS uint64
	apartNS         uint64
}

// novelty follows the texts of one chain.
type novelty struct {
	uses []textUse
	// known finds the number of a text.
	known map[string]int32
}

// tooMany stands for a text that came when there were too many.
const tooMany = noText

// rows looks at the texts of a run.
func (x *novelty) rows(r *run, classes []Class) {
	for _, i := range r.marked {
		class := r.class[i]
		text := r.notes[class].text
		if text < 0 {
			if text == noText {
				continue
			}
			text = x.number(classes[class].Template, r.first+int(i), r.timeNS[i])
			r.notes[class].text = text
			if text == tooMany {
				continue
			}
		}
		x.uses[text].again(r.timeNS[i])
	}
}

func (u *textUse) again(timeNS uint64) {
	u.count++
	u.lastNS = max(u.lastNS, timeNS)
	if u.apart == 0 || timeNS >= later(u.apartNS, firstApartNS) {
		u.apart++
		u.apartNS = timeNS
	}
}

// number returns the number of a text that a row gives.
func (x *novelty) number(template string, position int, timeNS uint64) int32 {
	if n, known := x.known[template]; known {
		return n
	}
	if len(x.uses) >= maxTemplates {
		return tooMany
	}
	if x.known == nil {
		x.known = map[string]int32{}
	}
	n := int32(len(x.uses))
	x.known[template] = n
	x.uses = append(x.uses, textUse{template: template, first: position, firstNS: timeNS})
	return n
}

func (x *novelty) clone() *novelty {
	if x == nil {
		return nil
	}
	return &novelty{slices.Clone(x.uses), maps.Clone(x.known)}
}

// reportFirsts lists the texts that are new on the chain, in one finding.
func (s *subject) reportFirsts(out *report) {
	if s.watch.novelty == nil {
		return // every command is listed, and the action chain has the reasons
	}
	news := s.firsts()
	if len(news) == 0 {
		return
	}
	f := about(RuleFirst, s, news[0].first, news[len(news)-1].first)
	f.Severity, f.Confidence, f.Count = Info, Likely, len(news)
	f.Title = message.New("{text appears|texts appear} for the first time", message.Count(len(news)))
	var list []message.Message
	for _, u := range news[:min(len(news), maxFirstLists)] {
		what := message.New("{q} from {clock} on, {time|times}", reason(u.template), message.Time(u.firstNS), message.Count(u.count))
		f.Related = append(f.Related, s.refTo(u.first, what))
		list = append(list, what)
	}
	if more := len(news) - maxFirstLists; more > 0 {
		list = append(list, message.New("and {} more", message.Count(more)))
	}
	f.Detail = message.New("{;}.", message.List(list...))
	out.add(f)
}

// firsts returns the new texts in the order of their appearance.
func (s *subject) firsts() []*textUse {
	if s.watch.decoded < firstMinRows {
		return nil
	}
	startNS, endNS := s.mostOfTime()
	length := endNS - startNS
	if length < firstMinSpan {
		return nil
	}
	after := max(firstAfterNS, uint64(firstAfter*float64(length)))
	var news []*textUse
	for i := range s.watch.novelty.uses {
		u := &s.watch.novelty.uses[i]
		late := u.firstNS - min(u.firstNS, startNS)
		if late >= after && u.apart > 2 && u.odds(late, length) <= firstOdds {
			news = append(news, u)
		}
	}
	slices.SortStableFunc(news, func(a, b *textUse) int { return compare(a.firstNS, b.firstNS) })
	return news
}

// odds returns how likely chance places all occurrences behind the first, or as
// close together as they are: the smaller of the two.
func (u *textUse) odds(lateNS, lengthNS uint64) float64 {
	n := float64(u.apart)
	behind := max(0, 1-float64(lateNS)/float64(lengthNS))
	together := min(1, float64(u.lastNS-u.firstNS)/float64(lengthNS))
	return min(math.Pow(behind, n), n*math.Pow(together, n-1))
}

// timeSamples is how many rows are looked at to tell which time a chain covers.
const timeSamples = 1 << 10

// mostOfTime returns the time that the chain covers but for a hundredth at
// either end, so that a few rows with wild times do not matter.
func (s *subject) mostOfTime() (startNS, endNS uint64) {
	var times []uint64
	stride := max(1, s.chain.Len()/timeSamples)
	for position := 0; position < s.chain.Len(); position += stride {
		if r := s.chain.Row(position); r.Decoded {
			times = append(times, r.TimeNS)
		}
	}
	if len(times) == 0 {
		return 0, 0
	}
	slices.Sort(times)
	edge := len(times) / 100
	return times[edge], times[len(times)-1-edge]
}
