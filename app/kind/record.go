package kind

import (
	"strconv"
	"strings"

	"chainglass/wire/postcard"
)

// Record is what the table shows of a record and a filter asks it for. Its slices may
// alias the payload. What a record does not have is left zero.
type Record struct {
	// TimeMS is the record's own time in Unix milliseconds, ID the id of what it is
	// about or its seq.
	TimeMS, ID uint64
	// Kind is what kind of thing happened.
	Kind []byte
	// Outcome is what became of it: the name of one of [Kind.Outcomes].
	Outcome string
	// Text is the reason or message, Source who or what it is about, Detail what else
	// the table shows.
	Text, Source, Detail []byte
	// DelayMS is how long something waits, in milliseconds.
	DelayMS postcard.Option[uint64]
	// DaemonID and NodeID are the daemon and the node that the record is of, Operators
	// who signed.
	DaemonID, NodeID postcard.Option[uint64]
	Operators        []uint64
}

// maxOperators bounds how many operators of a record are kept.
const maxOperators = 1 << 16

// roleReader reads a record by the roles of its fields.
type roleReader struct {
	c       postcard.Cursor
	r       *Record
	outcome uint8
	// role is what the values that are read stand for, if they have none of their own.
	role Role
}

// readFields reads the record in a payload by the roles of the fields. It returns how
// many bytes it took, and the number of its outcome.
func (k *Kind) readFields(payload []byte, r *Record) (n int, outcome uint8, err error) {
	*r = Record{}
	body, err := k.body(payload)
	if err != nil {
		return 0, 0, err
	}
	x := roleReader{c: postcard.NewCursor(body), r: r}
	x.fields(k.Fields)
	if err := x.c.Err(); err != nil {
		return 0, 0, err
	}
	if r.Outcome == "" && len(k.Outcomes) > 0 {
		r.Outcome = k.Outcomes[0].Name
	}
	return len(payload) - x.c.Remaining(), x.outcome, nil
}

func (x *roleReader) fields(fields []Field) {
	for i := range fields {
		x.value(&fields[i])
	}
}

func (x *roleReader) value(f *Field) {
	outer := x.role
	if f.Role != RoleNone {
		x.role = f.Role
	}
	switch f.Type {
	case TypeU64:
		x.number(f, x.c.U64(f.Name))
	case TypeU32:
		x.number(f, uint64(x.c.U32(f.Name)))
	case TypeBool:
		if v := x.c.Bool(f.Name); x.role == RoleDetail {
			x.detail(f, strconv.FormatBool(v))
		}
	case TypeString:
		x.text(f, x.c.Bytes(f.Name))
	case TypeOption:
		if x.c.Option(f.Name) {
			x.value(f.Elem)
		}
	case TypeSeq:
		n := x.c.Count(f.Name)
		for i := uint64(0); i < n && !x.c.Failed(); i++ {
			x.value(f.Elem)
		}
	case TypeDuration:
		carried(&x.c, x.c.U64(f.Name), uint64(x.c.U32(f.Name)), f.Name)
	case TypeStruct:
		x.fields(f.Fields)
	case TypeEnum:
		x.variant(f)
	}
	x.role = outer
}

func (x *roleReader) variant(f *Field) {
	v := x.c.Variant(f.Name, uint32(len(f.Variants)))
	if x.c.Failed() {
		return
	}
	variant := &f.Variants[v]
	switch x.role {
	case RoleKind:
		x.r.Kind = []byte(snakeCase(variant.Name))
	case RoleOutcome:
		x.r.Outcome, x.outcome = variant.Name, uint8(v)
	case RoleDetail:
		x.detail(f, variant.Name)
	}
	x.role = RoleNone // that of an enum is its variant's
	x.fields(variant.Fields)
}

func (x *roleReader) number(f *Field, v uint64) {
	switch x.role {
	case RoleTime:
		x.r.TimeMS = v
	case RoleID:
		x.r.ID = v
	case RoleRetry, RoleCooldown:
		x.r.DelayMS = postcard.Some(v)
	case RoleDaemon:
		x.r.DaemonID = postcard.Some(v)
	case RoleNode:
		x.r.NodeID = postcard.Some(v)
	case RoleOperators:
		if len(x.r.Operators) < maxOperators {
			x.r.Operators = append(x.r.Operators, v)
		}
	case RoleDetail:
		x.detail(f, strconv.FormatUint(v, 10))
	}
}

func (x *roleReader) text(f *Field, b []byte) {
	switch x.role {
	case RoleKind:
		x.r.Kind = b
	case RoleText:
		x.r.Text = b
	case RoleSource:
		x.r.Source = b
	case RoleDetail:
		x.detail(f, string(b))
	}
}

// detail adds a value to what else a row shows.
func (x *roleReader) detail(f *Field, value string) {
	if len(x.r.Detail) > 0 {
		x.r.Detail = append(x.r.Detail, " · "...)
	}
	x.r.Detail = append(append(append(x.r.Detail, f.Name...), ' '), value...)
}

// snakeCase turns ForceRestartDaemon into force_restart_daemon.
func snakeCase(name string) string {
	var b strings.Builder
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
