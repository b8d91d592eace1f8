package view

import (
	"testing"
	"time"

	"chainglass/wire/message"
)

func TestMessage(t *testing.T) {
	at := func(text string) message.Value {
		at, err := time.Parse("2006-01-02 15:04:05.000", text)
		if err != nil {
			t.Fatal(err)
		}
		return message.Time(uint64(at.UnixNano()))
	}
	east := zoneOf(120)
	late := at("2026-05-22 23:08:00.646")
	for want, m := range map[string]message.Message{
		"heard at 2026-05-22 18:17:59.833 local, then":           message.New("heard at {}, then", at("2026-05-22 16:17:59.833")),
		"from 2026-05-23 01:08:00.646 to 01:08:00.646 local":     message.New("from {date} to {time}", late, late),
		"attempt 1 at 01:08:00.646: at 23:08:00.646 it was # ms": message.New("attempt {} at {clock}: {}", message.Count(1), late, message.Reason("at 23:08:00.646 it was # ms")),
	} {
		if got := Message(m, east); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := Message(m, UTC); got != m.String() {
			t.Errorf("%q is %q in UTC", m, got)
		}
	}
}
