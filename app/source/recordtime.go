package source

import (
	"chainglass/app/kind"
	"chainglass/wire/serdejson"
)

// recordTime orders records: by time, and by seq within one.
type recordTime struct{ ms, seq uint64 }

func (a recordTime) compare(b recordTime) int {
	switch {
	case a == b:
		return 0
	case a.ms < b.ms || a.ms == b.ms && a.seq < b.seq:
		return -1
	}
	return 1
}

func recordTimeOf(record []byte) (t recordTime) {
	members(record, func(key, value []byte) {
		n, ok := serdejson.ParseWhole(value)
		name := snakeCase(key)
		switch {
		case !ok:
		case isKey(name, kind.RoleID):
			t.seq = n
		case isKey(name, kind.RoleTime):
			t.ms = n
		}
	})
	return t
}

// isKey reports whether the records of a kind have a field of a name in a role.
func isKey(name string, role kind.Role) bool {
	for _, k := range recordKinds() {
		if k.NameOf(role) == name {
			return true
		}
	}
	return false
}
