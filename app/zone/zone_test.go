package zone

import (
	"archive/zip"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// names lists the zones of the tz database that comes with Go.
func names(t testing.TB) (list []string) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		if _, err := time.LoadLocation(f.Name); err == nil && !f.FileInfo().IsDir() {
			list = append(list, f.Name)
		}
	}
	if len(list) < 400 {
		t.Fatalf("only %d zones", len(list))
	}
	return list
}

func load(t testing.TB, name string) (Zone, *time.Location) {
	t.Helper()
	z, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z, location
}

// changes lists when the clocks of a zone are set between two years.
func changes(location *time.Location, from, until int) (list []time.Time) {
	for at := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC).In(location); at.Year() < until; {
		_, end := at.ZoneBounds()
		if end.IsZero() {
			break
		}
		if !end.After(at) { // in some years ZoneBounds ends where it was asked
			at = at.AddDate(0, 0, 1)
			continue
		}
		list = append(list, end)
		at = end
	}
	return list
}

// Offsets are asked for a week at a time. They are those of the time package
// everywhere from 1970 on, in particular around every change of every zone.
func TestOffsetsAreThoseOfTheTimePackage(t *testing.T) {
	check := func(z Zone, location *time.Location, at time.Time) {
		if _, want := at.In(location).Zone(); z.Offset(at.Unix()) != want {
			t.Errorf("%s at %s: %d, want %d", z.Name(), at.UTC(), z.Offset(at.Unix()), want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range names(t) {
		z, location := load(t, name)
		for _, change := range changes(location, 1970, 2050) {
			for _, s := range []int64{-weekS, -1, 0, 1, weekS} {
				check(z, location, time.Unix(change.Unix()+s, 0))
			}
		}
		for range 20 {
			check(z, location, time.Unix(r.Int64N(18_000_000_000), 0))
		}
	}
}

// reading is a random reading: near a change of the zone, mostly.
func reading(r *rand.Rand, location *time.Location, near []time.Time) time.Time {
	at := time.Unix(r.Int64N(4_000_000_000), 0)
	if len(near) > 0 && r.IntN(4) > 0 {
		at = near[r.IntN(len(near))].Add(time.Duration(r.IntN(8*3600)-4*3600) * time.Second)
	}
	_, offset := at.In(location).Zone()
	at = at.Add(time.Duration(offset) * time.Second).UTC()
	return at.Truncate([]time.Duration{time.Minute, time.Second, time.Hour, 24 * time.Hour}[r.IntN(4)])
}

// A moment is between two readings exactly if what the clocks show then is, in any
// zone and season.
func TestMomentsBetweenReadingsAreThoseThatShowThem(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range names(t) {
		z, location := load(t, name)
		near := changes(location, 1970, 2040)
		for range 40 {
			from := reading(r, location, near)
			var until time.Time
			switch r.IntN(4) {
			case 0:
				until = reading(r, location, near)
			case 1:
				from, until = Begin, from
			default:
				until = from.Add(time.Duration(1+r.IntN(200)) * time.Minute)
			}
			list := z.Between(from, until)
			for i := 1; i < len(list); i++ {
				if !list[i-1].Until.Before(list[i].From) {
					t.Fatalf("%s: %v is not in order", name, list)
				}
			}
			for range 60 {
				at := from.Add(time.Duration(r.IntN(40*3600)-20*3600) * time.Second)
				if r.IntN(2) == 0 || from.Equal(Begin) {
					at = until.Add(time.Duration(r.IntN(40*3600)-20*3600) * time.Second)
				}
				if at.Unix() < 0 {
					continue
				}
				_, offset := at.In(location).Zone()
				shown := at.Add(time.Duration(offset) * time.Second)
				want := !shown.Before(from) && shown.Before(until)
				if got := holds(list, at); got != want {
					t.Fatalf("%s: %s shows %s, in %s..%s is %v, want %v: %v", name, at, shown, from, until, got, want, list)
				}
			}
		}
	}
}

func holds(list []Interval, at time.Time) bool {
	for _, i := range list {
		if !at.Before(i.From) && at.Before(i.Until) {
			return true
		}
	}
	return false
}

// What is said of a reading: that it is skipped, comes twice, or neither.
func TestReadingsAreSkippedOrComeTwice(t *testing.T) {
	for _, c := range []struct {
		zone, reading  string
		skipped, twice bool
		change         string
	}{
		{"Europe/Berlin", "2026-03-29 02:30", true, false, "02:00 to 03:00"},
		{"Europe/Berlin", "2026-03-29 02:00", true, false, "02:00 to 03:00"},
		{"Europe/Berlin", "2026-03-29 03:00", false, false, ""},
		{"Europe/Berlin", "2026-10-25 02:30", false, true, "03:00 to 02:00"},
		{"Europe/Berlin", "2026-10-25 03:00", false, false, ""},
		{"Australia/Lord_Howe", "2026-04-05 01:45", false, true, "02:00 to 01:30"},
		{"America/Santiago", "2026-09-06 00:10", true, false, "00:00 to 01:00"},
		{"Pacific/Apia", "2011-12-30 12:00", true, false, "00:00 to 00:00"},
		{"UTC", "2026-03-29 02:30", false, false, ""},
	} {
		z, _ := load(t, c.zone)
		at, err := time.Parse("2006-01-02 15:04", c.reading)
		if err != nil {
			t.Fatal(err)
		}
		change, skipped, twice := z.At(at)
		text := ""
		if skipped || twice {
			text = change.From.Format("15:04") + " to " + change.To.Format("15:04")
		}
		if skipped != c.skipped || twice != c.twice || text != c.change {
			t.Errorf("%s %s: skipped %v, twice %v, %s", c.zone, c.reading, skipped, twice, text)
		}
	}
}

func TestZonesThatAreNone(t *testing.T) {
	for _, name := range []string{"Local", "Nowhere/City", "../etc/passwd", "local"} {
		if _, err := Load(name); err == nil {
			t.Errorf("%q is a zone", name)
		}
	}
	for _, name := range []string{"", "UTC"} {
		if z, err := Load(name); err != nil || !z.IsUTC() {
			t.Errorf("%q: %v", name, err)
		}
	}
}
