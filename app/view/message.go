package view

import "chainglass/wire/message"

// Message returns what a finding says, with its times in a zone.
func Message(m message.Message, z Zone) string {
	return m.In(func(ns uint64, how string) string {
		ms, zone := ns/nsPerMS, " "+z.Name()
		switch how {
		case "date":
			return z.Time(ms)
		case "time":
			return z.Clock(ms) + zone
		case "clock":
			return z.Clock(ms)
		}
		return z.Time(ms) + zone
	})
}
