package view

import "testing"

// ask returns the rows asked for next, as first and count.
func ask(p *Pages[int], first, end, total int) [2]int {
	from, count, ok := p.Ask(first, end, total)
	if !ok {
		return [2]int{-1, 0}
	}
	return [2]int{from, count}
}

// fill answers with rows that hold their own number.
func fill(p *Pages[int], from, count int) {
	rows := make([]int, count)
	for i := range rows {
		rows[i] = from + i
	}
	p.Put(from, count, rows)
}

var nothing = [2]int{-1, 0}

func TestPagesAskForWhatIsMissing(t *testing.T) {
	var p Pages[int]
	if got, want := ask(&p, 100, 140, 1000), ([2]int{0, PageRows}); got != want {
		t.Fatalf("asked for %v, want %v", got, want)
	}
	if got, want := ask(&p, 100, 140, 1000), ([2]int{PageRows, PageRows}); got != want {
		t.Fatalf("then for %v, want %v", got, want)
	}
	if got := ask(&p, 500, 540, 1000); got != nothing {
		t.Fatalf("a third request is under way: %v", got)
	}
	fill(&p, 0, PageRows)
	if row := p.Row(100); row == nil || *row != 100 {
		t.Fatalf("row 100 is %v", row)
	}
	if p.Row(130) != nil {
		t.Error("row 130 is there before its answer")
	}
	if got := ask(&p, 100, 120, 1000); got != nothing {
		t.Errorf("rows that are there are asked for again: %v", got)
	}
}

func TestPagesOfAGrowingChain(t *testing.T) {
	var p Pages[int]
	if got, want := ask(&p, 0, 10, 10), ([2]int{0, 10}); got != want {
		t.Fatalf("asked for %v, want %v", got, want)
	}
	fill(&p, 0, 10)
	if got := ask(&p, 0, 10, 10); got != nothing {
		t.Errorf("asked again without growth: %v", got)
	}
	if got, want := ask(&p, 0, 40, 60), ([2]int{0, 60}); got != want {
		t.Errorf("after growth asked for %v, want %v", got, want)
	}
}

// An answer with too few rows is not asked for without end.
func TestPagesAcceptAShortAnswer(t *testing.T) {
	var p Pages[int]
	ask(&p, 0, 40, 100)
	p.Put(0, 100, nil)
	if got := ask(&p, 0, 40, 100); got != nothing {
		t.Errorf("a failed page is asked for again: %v", got)
	}
}

func TestPagesForgetTheOldest(t *testing.T) {
	var p Pages[int]
	for number := range maxPages {
		fill(&p, number*PageRows, PageRows)
	}
	p.Row(0) // seen again
	fill(&p, maxPages*PageRows, PageRows)
	if p.Row(0) == nil {
		t.Error("a page seen lately was forgotten")
	}
	if p.Row(PageRows) != nil {
		t.Error("the page not seen for longest is still there")
	}
	kept := 0
	p.Each(func(*int) { kept++ })
	if kept != maxPages*PageRows {
		t.Errorf("%d rows are kept, want %d", kept, maxPages*PageRows)
	}
}

func TestSeqSearch(t *testing.T) {
	// Entries 40 to 59 are gone, and the chain begins at 100.
	seqs := make([]uint64, 0, 80)
	for seq := uint64(100); seq < 200; seq++ {
		if seq < 140 || seq >= 160 {
			seqs = append(seqs, seq)
		}
	}
	for seq, want := range map[uint64]int{100: 0, 139: 39, 160: 40, 199: 79, 150: 40, 0: 0, 5000: 80, 1 << 63: 80} {
		search := NewSeqSearch(seq, seqs[0], len(seqs))
		looks := 0
		for position, more := search.Look(); more; position, more = search.Look() {
			if looks++; looks > 20 {
				t.Fatalf("seq %d: no end", seq)
			}
			search.Seen(seqs[position])
		}
		if search.Position() != want {
			t.Errorf("seq %d is at %d, want %d", seq, search.Position(), want)
		}
	}
	search := NewSeqSearch(100_000, 0, 10_000_000)
	if position, _ := search.Look(); position != 100_000 {
		t.Errorf("in a whole chain the first look is at %d", position)
	}
}
