package view

import "strconv"

// Times are formatted by hand: a page of rows has hundreds, and the time
// package takes tens of microseconds for each in a browser.

const (
	nsPerMS     = 1_000_000
	msPerMinute = 60_000
	msPerDay    = 86_400_000
	daysPerEra  = 146_097 // 400 years
	daysTo1970  = 719_468 // from 0000-03-01, where eras begin
)

// moment is a time taken apart.
type moment struct {
	year, month, day int
	// dayMS counts milliseconds since midnight.
	dayMS int
	// offsetS is how many seconds the moment's zone is ahead of UTC.
	offsetS int
}

// show formats a time of this zone. A time beyond the year 9999 is shown as the
// number it is.
func (z Zone) show(unixMS uint64, layout func([]byte, *moment) []byte) string {
	if unixMS > maxPlainMS {
		return strconv.FormatUint(unixMS, 10) + " ms"
	}
	m := z.moment(int64(unixMS))
	return string(layout(make([]byte, 0, 40), &m))
}

// moment takes a time between the years 1970 and 9999 apart.
func (z Zone) moment(unixMS int64) moment {
	m := moment{offsetS: z.Offset(unixMS / 1000)}
	unixMS += int64(m.offsetS) * 1000
	days := unixMS / msPerDay
	if m.dayMS = int(unixMS % msPerDay); m.dayMS < 0 { // west of Greenwich on the first day
		m.dayMS += msPerDay
		days--
	}
	m.setDate(int(days))
	return m
}

// setDate sets the date of a number of days since 1970-01-01. Years begin in
// March here, so that the day a leap year adds is its last.
func (m *moment) setDate(days int) {
	days += daysTo1970
	era := days / daysPerEra
	dayOfEra := days % daysPerEra
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36_524 - dayOfEra/146_096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month := (5*dayOfYear + 2) / 153 // 0 is March; five months have 153 days
	m.day = dayOfYear - (153*month+2)/5 + 1
	m.month = month + 3
	m.year = yearOfEra + era*400
	if m.month > 12 {
		m.month -= 12
		m.year++
	}
}

// appendDay appends "2026-05-22".
func (m *moment) appendDay(b []byte) []byte {
	return m.appendMonthDay(append(appendPadded(b, m.year, 4), '-'))
}

// appendMonthDay appends "05-22".
func (m *moment) appendMonthDay(b []byte) []byte {
	return appendPadded(append(appendPadded(b, m.month, 2), '-'), m.day, 2)
}

// appendSeconds appends "16:08:03".
func (m *moment) appendSeconds(b []byte) []byte {
	seconds := m.dayMS / 1000
	b = append(appendPadded(b, seconds/3600, 2), ':')
	b = append(appendPadded(b, seconds/60%60, 2), ':')
	return appendPadded(b, seconds%60, 2)
}

// appendClock appends "16:08:03.117".
func (m *moment) appendClock(b []byte) []byte {
	return appendPadded(append(m.appendSeconds(b), '.'), m.dayMS%1000, 3)
}

// appendZone appends " UTC" or " +02:00".
func (z Zone) appendZone(b []byte, m *moment) []byte {
	if z.word == "" {
		return append(b, " UTC"...)
	}
	sign, s := byte('+'), m.offsetS
	if s < 0 {
		sign, s = '-', -s
	}
	b = append(appendPadded(append(b, ' ', sign), s/3600, 2), ':')
	b = appendPadded(b, s/60%60, 2)
	if s%60 != 0 { // in some places until 1972
		b = appendPadded(append(b, ':'), s%60, 2)
	}
	return b
}

// appendPadded appends a number with zeros in front, at least width digits.
func appendPadded(b []byte, n, width int) []byte {
	for least := 10; width > 1; width, least = width-1, least*10 {
		if n < least {
			b = append(b, zeros[:width-1]...)
			break
		}
	}
	return strconv.AppendInt(b, int64(n), 10)
}

const zeros = "000000000"
