package kind

// Type is how a value is stored, in postcard.
type Type uint8

// The types.
const (
	// TypeU64 and TypeU32 are varints.
	TypeU64 Type = iota
	TypeU32
	// TypeBool is a byte, 0 or 1.
	TypeBool
	// TypeString is a length and as many bytes of UTF-8.
	TypeString
	// TypeOption is a byte, 0 or 1, and after 1 the value Elem.
	TypeOption
	// TypeSeq is a count and as many values Elem.
	TypeSeq
	// TypeStruct is the values Fields.
	TypeStruct
	// TypeDuration is a struct of whole seconds and the nanoseconds beyond them.
	TypeDuration
	// TypeEnum is the number of one of Variants and the fields of that one.
	TypeEnum
)

// Sort says what a value means. Its unit follows from it, and what becomes of it
// in a redacted view.
type Sort uint8

// The sorts.
const (
	// SortNone is the sort of what only holds others. A value of this sort does not
	// leave in a redacted view, and its record does not either.
	SortNone Sort = iota
	// SortOrder: positions in time and sequence.
	SortOrder
	// SortState: variants of enums and flags.
	SortState
	// SortMeasure: counts and sizes.
	SortMeasure
	// SortSpan: lengths of time in milliseconds.
	SortSpan
	// SortTime: times in Unix milliseconds.
	SortTime
	// SortWord: a word of the format, such as the kind of an action; any other is text.
	SortWord
	// The ids.
	SortNode
	SortDaemon
	SortChain
	SortOperator
	SortMigration
	// SortDaemonName: the name of a daemon.
	SortDaemonName
	// SortReason, SortSource and SortText: texts for people, by where they stand.
	SortReason
	SortSource
	SortText
)

// Role says what the index, the table and a filter take a value for.
type Role uint8

// The roles.
const (
	RoleNone Role = iota
	// RoleTime: the record's own time.
	RoleTime
	// RoleID: the id of what the record is about, or its seq.
	RoleID
	// RoleKind: what kind of thing happened: a text, or an enum by its variant.
	RoleKind
	// RoleOutcome: what became of it: an enum whose variants are the outcomes.
	RoleOutcome
	// RoleText: the reason or message.
	RoleText
	// RoleSource: who or what the record is about, as text.
	RoleSource
	// RoleRetry and RoleCooldown: how long until something is tried again, and how long
	// something is refused, in milliseconds.
	RoleRetry
	RoleCooldown
	// RoleDaemon and RoleNode: the daemon and the node that the record is of.
	RoleDaemon
	RoleNode
	// RoleOperators: who signed.
	RoleOperators
	// RoleDetail: what else a row shows.
	RoleDetail
)

// Field is a value of a record.
type Field struct {
	// Name is the format's own name; empty for the record itself.
	Name string
	Type Type
	Sort Sort
	Role Role
	// Elem is the value of an option or each of a sequence. It has no name.
	Elem *Field
	// Fields are the values of a struct or of a variant.
	Fields []Field
	// Variants are those of an enum, structs with the names of the variants.
	Variants []Field
	// Implied is true if JSON may leave the field out.
	Implied bool
}

// NewNumber returns a field that is a u64.
func NewNumber(name string, s Sort) Field { return Field{Name: name, Type: TypeU64, Sort: s} }

// NewFlag returns a field that is a bool.
func NewFlag(name string) Field { return Field{Name: name, Type: TypeBool, Sort: SortState} }

// NewText returns a field that is a string.
func NewText(name string, s Sort) Field { return Field{Name: name, Type: TypeString, Sort: s} }

// NewDuration returns a field that is a length of time in seconds and nanoseconds.
func NewDuration(name string) Field {
	return Field{Name: name, Type: TypeDuration, Sort: SortMeasure, Fields: []Field{
		{Name: "secs", Type: TypeU64, Sort: SortMeasure}, {Name: "nanos", Type: TypeU32, Sort: SortMeasure},
	}}
}

// NewOption returns a field that may be absent. elem needs no name.
func NewOption(name string, elem Field) Field {
	return Field{Name: name, Type: TypeOption, Elem: &elem, Implied: true}
}

// NewSeq returns a field that is a list. elem needs no name.
func NewSeq(name string, elem Field) Field { return Field{Name: name, Type: TypeSeq, Elem: &elem} }

// NewStruct returns a field that holds others.
func NewStruct(name string, fields ...Field) Field {
	return Field{Name: name, Type: TypeStruct, Fields: fields}
}

// NewEnum returns a field that is one of several variants, which are structs.
func NewEnum(name string, variants ...Field) Field {
	return Field{Name: name, Type: TypeEnum, Sort: SortState, Variants: variants}
}

// As returns the field in a role.
func (f Field) As(r Role) Field {
	f.Role = r
	return f
}

// MayLack returns the field as one that JSON may leave out.
func (f Field) MayLack() Field {
	f.Implied = true
	return f
}
